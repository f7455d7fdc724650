#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isSupportedNode, serviceNode } from '../testing/service-node.cjs';

/* The command `foyer` of the npm package. It runs the command line on a Node that Foyer supports. */
const program = join(__dirname, 'foyer.js');
if (isSupportedNode) void import(program);
else {
  const child = spawn(serviceNode(), [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}
