#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isRecent, ownNode } from '../testing/own-node.cjs';

/* The command `foyer` of the npm package. It starts the command line on a Node that is recent enough. */
const program = join(__dirname, 'foyer.js');
if (isRecent) void import(program);
else {
  const child = spawn(ownNode(), [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
