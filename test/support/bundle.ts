import { build } from 'esbuild';

/** Packages that Nest and others load only if they are installed, and packages that read files of their own. */
const EXTERNAL = [
  ...['@nestjs/microservices', '@nestjs/websockets', '@nestjs/platform-express', '@fastify/multipart', '@fastify/view'],
  ...['class-transformer/storage', 'pg-native', 'ts-morph'],
  ...['@node-rs/*', 'swagger-ui-dist'],
];

/** The start of each file, for the packages in it that are CommonJS. */
const REQUIRE = `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`;

/**
 * Writes each built program and all its modules to one file, for the processes of tests. Node loads about 2,900 modules
 * for a start; with one file, a start takes half of the CPU time.
 *
 * @param built the folder of the built programs
 * @param bundled the folder of the new files
 */
export async function bundle(built: string, bundled: string, programs: string[]): Promise<void> {
  await build({
    entryPoints: programs.map((program) => `${built}${program}`),
    outbase: built,
    outdir: bundled,
    bundle: true,
    external: EXTERNAL,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Nest and the ORM use the names of classes.
    keepNames: true,
    banner: { js: REQUIRE },
    logLevel: 'error',
  });
}
