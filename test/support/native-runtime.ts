import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { jestExpect } from '@jest/expect';
import type { ScriptTransformer, ShouldInstrumentOptions } from '@jest/transform';
import jestRuntime from 'jest-runtime';

// The types describe the CommonJS build.
const JestRuntime = jestRuntime as unknown as typeof jestRuntime.default;

/** The counters of one file, in the form of Istanbul. */
interface Counters {
  s: Record<string, number>;
  f: Record<string, number>;
  b: Record<string, number[]>;
}

type Coverage = ReturnType<typeof JestRuntime.prototype.getAllCoverageInfoCopy>;

/** The globals of tests, beside `expect` and `jest`. */
const GLOBALS = ['afterAll', 'afterEach', 'beforeAll', 'beforeEach', 'describe', 'it', 'test'];

/** The settings of the test file that is running. */
let compiler: { transformer: ScriptTransformer; coverageOptions: ShouldInstrumentOptions };

/** The source maps of all files that this worker has compiled, by their paths and by their URLs. */
const sourceMaps = new Map<string, string>();

// A worker ends with its run. On its exit, it stops the processes of its tests. A listener for `disconnect` would keep
// the worker from ending by itself.
for (const event of ['SIGINT', 'SIGTERM']) process.once(event, () => process.exit(1));
const { ppid: runner } = process;
setInterval(() => process.ppid === runner || process.exit(1), 500).unref();

registerHooks({
  resolve(specifier, context, next) {
    const { parentURL = '' } = context;
    // An import in TypeScript names the emitted file.
    if (specifier.startsWith('.') && specifier.endsWith('.js') && !parentURL.includes('/node_modules/')) {
      const source = new URL(specifier.replace(/js$/, 'ts'), parentURL);
      if (existsSync(source)) return next(source.href, context);
    }
    return next(specifier, context);
  },
  load(url, context, next) {
    const { protocol, pathname } = new URL(url);
    const isOurs = protocol === 'file:' && pathname.endsWith('.ts') && !pathname.includes('/node_modules/');
    return isOurs ? { format: 'module', source: compile(url), shortCircuit: true } : next(url, context);
  },
});

function compile(url: string): string {
  const path = fileURLToPath(url);
  const { transformer, coverageOptions } = compiler;
  const { code, sourceMapPath } = transformer.transform(path, {
    ...coverageOptions,
    supportsDynamicImport: true,
    supportsExportNamespaceFrom: true,
    supportsStaticESM: true,
    supportsTopLevelAwait: true,
  });
  if (sourceMapPath) for (const name of [path, url]) sourceMaps.set(name, sourceMapPath);
  return code;
}

/**
 * Imports tests with Node's own loader, so that a worker loads the service and its libraries once. Jest's own runtime
 * loads them for each file again, which takes several seconds. In return, the tests of a worker share the state of
 * modules, and modules cannot be mocked.
 */
class NativeRuntime extends JestRuntime {
  private readonly globals: Record<string, unknown>;

  constructor(...parameters: ConstructorParameters<typeof JestRuntime>) {
    super(...parameters);
    const [, { global, moduleMocker }, , transformer, , coverageOptions, testPath] = parameters;
    compiler = { transformer, coverageOptions };
    this.globals = global;
    // The environment's `expect` belongs to another realm, in which `expect.any(Number)` is another class.
    Object.assign(globalThis, { expect: jestExpect, jest: moduleMocker });
    jestExpect.setState({ testPath });
  }

  override unstable_shouldLoadAsEsm(path: string): boolean {
    return path.endsWith('.ts');
  }

  override async unstable_importModule(path: string): Promise<void> {
    // Jest sets 100, and each `expect` records a stack.
    Error.stackTraceLimit = 10;
    for (const name of GLOBALS) Object.assign(globalThis, { [name]: this.globals[name] });
    // The query makes it a new module if the same worker runs the file twice.
    await import(`${pathToFileURL(path).href}?run=${Date.now()}`);
  }

  override getSourceMaps(): Map<string, string> {
    return sourceMaps;
  }

  /** The counts since the previous test file of this worker. */
  override getAllCoverageInfoCopy(): Coverage {
    const { __coverage__: coverage = {} } = globalThis as { __coverage__?: Coverage };
    const counts = structuredClone(coverage);
    for (const { s, f, b } of Object.values(coverage) as Counters[]) {
      for (const counters of [s, f]) for (const id of Object.keys(counters)) counters[id] = 0;
      for (const counters of Object.values(b)) counters.fill(0);
    }
    return counts;
  }
}

export { NativeRuntime as 'module.exports' };
