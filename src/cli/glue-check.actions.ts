import { existsSync, readFileSync } from 'node:fs';
import type { DemoFacts } from '../demo/demo.js';
import { HOME } from './context.js';
import { type Check, checkGlue } from './glue-check.js';
import { type OutputOptions, print } from './output.js';
import { CommandError } from './command-error.js';

interface Options extends OutputOptions {
  url?: string;
  username?: string;
  password?: string;
  store?: string;
}

export async function runGlueCheck(options: Options): Promise<void> {
  const demo = demoFacts();
  const url = requiredOption('--url', options.url ?? demo?.baseUrl).replace(/\/+$/, '');
  if (!URL.canParse(url)) throw new CommandError('--url must be a URL, such as http://127.0.0.1:3000.');
  const [first] = demo?.customers ?? [];
  const username = requiredOption('--username', options.username ?? first?.email);
  const password = requiredOption('--password', options.password ?? first?.password);
  const checks = await checkGlue({ url, username, password, store: options.store });
  const passed = checks.every((check) => check.passed);
  if (options.json) print({ url, passed, checks }, options);
  else console.log(checks.map(line).join('\n'));
  if (!passed) process.exitCode = 1;
}

function demoFacts(): DemoFacts | undefined {
  const file = `${HOME}/demo.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoFacts) : undefined;
}

function requiredOption(option: string, value: string | undefined): string {
  if (value) return value;
  throw new CommandError(`${option} is required: this folder has no demo data that contains it.`);
}

function line({ check, passed, expected, got }: Check): string {
  return passed ? `✓ ${check}` : `✗ ${check}\n    expected  ${expected}\n    got       ${got}`;
}
