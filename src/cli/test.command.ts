import { Command, InvalidArgumentError } from 'commander';
import { onDemand } from './on-demand.js';

export function testCommand(): Command {
  return new Command('test')
    .description('Run the service with a temporary database and sample customers, for tests of a storefront')
    .option('--port <port>', 'the port on 127.0.0.1; 0 for any free port', portOf, 0)
    .option('--settings <json>', 'settings of the tenant as a JSON object', settingsOf, {})
    .option('--until-stdin-ends', 'stop when the standard input ends, as it does when the parent process ends')
    .option('--json', 'print the URL, the tenant, the customers and their tokens as one line of JSON')
    .addHelpText(
      'after',
      '\nThe service ignores DATABASE_URL, and deletes its data when it stops. See docs/testing.md.',
    )
    .action(onDemand(async () => (await import('./test.actions.js')).runTestService));
}

function portOf(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('It must be a whole number up to 65535.');
  }
  return Number(text);
}

function settingsOf(text: string): Record<string, unknown> {
  try {
    const settings: unknown = JSON.parse(text);
    if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) {
      return settings as Record<string, unknown>;
    }
  } catch {
    // Rejected below.
  }
  throw new InvalidArgumentError('It must be a JSON object.');
}
