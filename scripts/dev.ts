import './check-folder.ts';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, readFileSync } from 'node:fs';
import { before as swaggerPlugin } from '@nestjs/swagger/plugin';
import ts from 'typescript';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded-postgres.ts';

/**
 * `npm run dev`: the demo in watch mode. A change compiles only the changed files, with the Swagger plugin as in `nest
 * build`, and restarts the service. `nest start --watch` also compiles each file that depends on a changed one, which
 * takes up to 10 s. PostgreSQL is a child of this process, so a restart of the service does not stop it.
 *
 * The arguments are flags of Node for the service: `npm run dev -- --inspect`.
 */
let database: Promise<EmbeddedPostgres> | undefined;
// Node does not resolve symbolic links in the paths of 2,900 modules, which would take a third of the startup time.
const withoutSymlinks = ['--preserve-symlinks', '--preserve-symlinks-main'];
const flags = ['--enable-source-maps', ...withoutSymlinks, ...process.argv.slice(2)];

const nest = JSON.parse(readFileSync('nest-cli.json', 'utf8')) as {
  compilerOptions: { tsConfigPath: string; plugins: { options: Record<string, unknown> }[] };
};
const [plugin] = nest.compilerOptions.plugins;
const host = ts.createWatchCompilerHost(
  nest.compilerOptions.tsConfigPath,
  {},
  ts.sys,
  ts.createAbstractBuilder,
  undefined,
  () => undefined,
);
/** The watcher creates a new object for a source file that has changed. */
const emitted = new WeakSet<ts.SourceFile>();
host.afterProgramCreate = (builder) => {
  const program = builder.getProgram();
  const changed = program.getSourceFiles().filter((file) => !file.isDeclarationFile && !emitted.has(file));
  if (changed.length === 0) return;
  const start = Date.now();
  for (const file of globSync('src/**/*.{css,js}')) cpSync(file, `dist/${file}`);
  const before = [swaggerPlugin(plugin?.options, program)];
  for (const file of changed) {
    program.emit(file, undefined, undefined, false, { before });
    emitted.add(file);
  }
  report(changed.flatMap((file) => program.getSyntacticDiagnostics(file)));
  console.log(`Compiled ${changed.length} files in ${Date.now() - start} ms`);
  void restart();
};

let service: ChildProcess | undefined;
let restarted = Promise.resolve();
let ending = false;

function restart(): Promise<void> {
  return (restarted = restarted.then(async () => {
    await stop();
    const postgres = await database;
    if (ending) return;
    const env = {
      NODE_COMPILE_CACHE: '.foyer/compiled',
      ...process.env,
      ...(postgres && { DATABASE_URL: postgres.url }),
    };
    service = spawn(process.execPath, [...flags, 'dist/src/main.js', '--demo'], { stdio: 'inherit', env });
  }));
}

async function stop(): Promise<void> {
  if (!service || service.exitCode !== null || service.signalCode !== null) return;
  service.kill('SIGTERM');
  await once(service, 'exit');
}

function report(errors: readonly ts.Diagnostic[]): void {
  if (errors.length === 0) return;
  const getCanonicalFileName = (name: string): string => name;
  const format = {
    getCanonicalFileName,
    getCurrentDirectory: (): string => process.cwd(),
    getNewLine: (): string => '\n',
  };
  console.error(ts.formatDiagnosticsWithColorAndContext(errors, format));
}

// The first compilation blocks this process for seconds. PostgreSQL starts after it, so that Ctrl-C can end the process
// at any time and leaves no database behind.
const watcher = ts.createWatchProgram(host);
if (!process.env.DATABASE_URL) database = startEmbeddedPostgres('.foyer/postgres');
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (ending) return;
    ending = true;
    watcher.close();
    void restarted
      .then(stop)
      .then(async () => (await database)?.stop())
      .then(() => process.exit(0));
  });
}
