import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { DemoFacts } from '../demo/demo.js';
import { HOME } from './context.js';
import { type Check, checkGlue } from './glue-check.js';
import { type OutputOptions, print } from './output.js';
import { Refusal } from './refusal.js';

interface Options extends OutputOptions {
  url?: string;
  username?: string;
  password?: string;
  store?: string;
}

export function glueCheckCommand(): Command {
  return new Command('glue:check')
    .description(
      'Check over HTTP that a running server speaks the Glue dialect, as a customer who may log in. What is not given is ' +
        "the demo's. Exit code 1 when something is not as it should be",
    )
    .option('--url <url>', 'where the server is')
    .option('--username <email>', 'the login e-mail of a customer')
    .option('--password <password>', 'the password')
    .option('--store <code>', 'the store to name; without it, the first one')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const demo = demoFacts();
      const url = given('--url', options.url ?? demo?.baseUrl).replace(/\/+$/, '');
      if (!URL.canParse(url)) throw new Refusal('--url must be a URL, such as http://127.0.0.1:3000.');
      const [first] = demo?.customers ?? [];
      const username = given('--username', options.username ?? first?.email);
      const password = given('--password', options.password ?? first?.password);
      const checks = await checkGlue({ url, username, password, store: options.store });
      const passed = checks.every((check) => check.passed);
      if (options.json) print({ url, passed, checks }, options);
      else console.log(checks.map(line).join('\n'));
      if (!passed) process.exitCode = 1;
    });
}

function demoFacts(): DemoFacts | undefined {
  const file = `${HOME}/demo.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoFacts) : undefined;
}

function given(option: string, value: string | undefined): string {
  if (value) return value;
  throw new Refusal(`${option} is missing, and there is no demo in this folder to take it from.`);
}

function line({ check, passed, expected, got }: Check): string {
  return passed ? `✓ ${check}` : `✗ ${check}\n    expected  ${expected}\n    got       ${got}`;
}
