import path from 'node:path';

/*
 * Part of each build. The Swagger plugin of NestJS adds imports to the compiled code. Their paths are wrong if the path
 * of this folder contains a percent sign or a character that is not ASCII (nestjs/swagger#3695).
 */

const folder = path.dirname(import.meta.dirname);
const unsupported = [...new Set(folder.match(/[^ -~]|%/gu))];
if (unsupported.length > 0) {
  console.error(
    `Foyer cannot be built in ${folder}, because the compiler does not support ${unsupported.join(' ')} in a path. ` +
      'Move the folder to a path without these characters.',
  );
  process.exit(1);
}
