import { type Case, notRun } from '../case.ts';

/** What takes a process or its neighbours down is played by the tests, which start processes of their own. */
export const faults: Case[] = [
  notRun(52, 'it kills the process: test/crash.e2e-spec.ts, test/outbox.e2e-spec.ts'),
  notRun(53, 'it takes a mail server that fails: test/outbox.e2e-spec.ts'),
  notRun(54, 'not built: Foyer has no webhooks'),
  notRun(55, 'it takes the database down: test/database-down.e2e-spec.ts'),
  notRun(56, 'it ends the process: test/shutdown.e2e-spec.ts'),
  notRun(57, 'it starts two at once: test/start.e2e-spec.ts'),
];
