/**
 * Plays the sixty abuses and faults, and one more: `npm run abuse`, or `npm run abuse -- http://host:port` beside a
 * demo's `.foyer`.
 */
import { styleText } from 'node:util';
import { Difference, NotRun, type Case } from './case.ts';
import { faults } from './cases/faults.ts';
import { importing } from './cases/import.ts';
import { input } from './cases/input.ts';
import { isolation } from './cases/isolation.ts';
import { login } from './cases/login.ts';
import { mail } from './cases/mail.ts';
import { passwords } from './cases/passwords.ts';
import { privacy } from './cases/privacy.ts';
import { providers } from './cases/providers.ts';
import { sessions } from './cases/sessions.ts';
import { staff } from './cases/staff.ts';
import { tokens } from './cases/tokens.ts';
import { startOwnDemo } from '../tour/own-demo.ts';
import { World } from './world.ts';

const groups = [
  login,
  passwords,
  sessions,
  tokens,
  providers,
  mail,
  isolation,
  input,
  staff,
  importing,
  privacy,
  faults,
];
const cases = groups.flat().toSorted((a, b) => a.number - b.number);

/** `ABUSE_ONLY=7,18` plays those alone. */
const only = process.env.ABUSE_ONLY?.split(',').map(Number);

let [passed, failed] = [0, 0];

async function play(world: World, { number, tries, run }: Case): Promise<void> {
  const name = String(number).padStart(2);
  const started = Date.now();
  try {
    const held = await run(world);
    passed++;
    console.log(
      `${styleText('green', 'ok')} ${name} ${tries}: ${held} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
    );
  } catch (error) {
    if (error instanceof NotRun) return console.log(styleText('dim', `-- ${name} not run: ${error.message}`));
    failed++;
    const why = error instanceof Difference ? error.message : error instanceof Error ? error.stack : String(error);
    console.log(`${styleText('red', 'no')} ${name} ${tries}: ${why}`);
  }
}

async function playAll(world: World): Promise<void> {
  for (const each of cases) if (!only || only.includes(each.number)) await play(world, each);
}

const url = process.argv[2];
if (url) await playAll(new World('.', { baseUrl: url }));
else {
  const demo = await startOwnDemo();
  try {
    await playAll(new World(demo.home, { log: demo.log, another: demo.another }));
  } finally {
    await demo.stop();
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
