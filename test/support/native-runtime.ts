import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { JestEnvironment } from '@jest/environment';
import { jestExpect } from '@jest/expect';
import type { ScriptTransformer } from '@jest/transform';
import JestRuntime from 'jest-runtime';

/** What the files of tests use without an import, beside `expect` and `jest`. */
const GLOBALS = ['afterAll', 'afterEach', 'beforeAll', 'beforeEach', 'describe', 'it', 'test'];

let transformer: ScriptTransformer;

/** The source maps of all files that this worker has compiled, by their paths and by their URLs. */
const sourceMaps = new Map<string, string>();

registerHooks({
  /** TypeScript names the emitted file of an import. */
  resolve(specifier, context, next) {
    const { parentURL = '' } = context;
    if (specifier.startsWith('.') && specifier.endsWith('.js') && !parentURL.includes('/node_modules/')) {
      const source = new URL(specifier.replace(/js$/, 'ts'), parentURL);
      if (existsSync(source)) return next(source.href, context);
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    if (!url.startsWith('file:') || url.includes('/node_modules/') || !/\.ts(\?|$)/.test(url)) return next(url, context);
    const path = fileURLToPath(url);
    const { code, sourceMapPath } = transformer.transform(path, {
      instrument: false,
      supportsDynamicImport: true,
      supportsExportNamespaceFrom: true,
      supportsStaticESM: true,
      supportsTopLevelAwait: true,
    });
    if (sourceMapPath) for (const name of [path, url]) sourceMaps.set(name, sourceMapPath);
    return { format: 'module', source: code, shortCircuit: true };
  },
});

/**
 * Imports tests with Node's own loader, so that a worker loads the service and its libraries once. Jest's runtime loads
 * them anew for each file, which takes several seconds. In return, the files of one worker share the state of modules.
 */
class NativeRuntime extends JestRuntime {
  private readonly globals: Record<string, unknown>;

  constructor(...parameters: ConstructorParameters<typeof JestRuntime>) {
    super(...parameters);
    const [, environment, , scriptTransformer, , , testPath] = parameters;
    transformer = scriptTransformer;
    this.globals = environment.global as unknown as Record<string, unknown>;
    // Those of the environment belong to another realm, in which `expect.any(Number)` is another class.
    Object.assign(globalThis, { expect: jestExpect, jest: mocks(environment) });
    jestExpect.setState({ testPath });
  }

  override async unstable_importModule(path: string): Promise<void> {
    for (const name of GLOBALS) Object.assign(globalThis, { [name]: this.globals[name] });
    // Another query makes it another module, in case the same worker runs the file twice.
    await import(`${pathToFileURL(path).href}?run=${Date.now()}`);
  }

  override getSourceMaps(): Map<string, string> {
    return sourceMaps;
  }
}

function mocks({ moduleMocker }: JestEnvironment): Pick<typeof jest, 'fn' | 'spyOn'> {
  if (!moduleMocker) throw new Error('The environment has no mocks');
  return moduleMocker as never;
}

export { NativeRuntime as 'module.exports' };
