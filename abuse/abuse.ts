/** Runs the abuse and fault cases: `npm run abuse`, or `npm run abuse -- http://host:port` in the folder of a demo. */
import { styleText } from 'node:util';
import { CaseFailed, NotRun, type Case } from './case.ts';
import { database } from './cases/database.ts';
import { collections } from './cases/collections.ts';
import { companies } from './cases/companies.ts';
import { faults } from './cases/faults.ts';
import { floods } from './cases/floods.ts';
import { importing } from './cases/import.ts';
import { input } from './cases/input.ts';
import { isolation } from './cases/isolation.ts';
import { limits } from './cases/limits.ts';
import { login } from './cases/login.ts';
import { mail, recipients } from './cases/mail.ts';
import { mailTexts } from './cases/mail-texts.ts';
import { passwords } from './cases/passwords.ts';
import { privacy } from './cases/privacy.ts';
import { providers } from './cases/providers.ts';
import { secondFactor } from './cases/second-factor.ts';
import { sessions } from './cases/sessions.ts';
import { staff } from './cases/staff.ts';
import { tokens } from './cases/tokens.ts';
import { visitors } from './cases/visitors.ts';
import { startOwnDemo } from '../tour/own-demo.ts';
import { World } from './world.ts';

const groups = [
  login,
  passwords,
  secondFactor,
  sessions,
  tokens,
  visitors,
  providers,
  mail,
  recipients,
  mailTexts,
  isolation,
  input,
  staff,
  companies,
  importing,
  privacy,
  floods,
  collections,
  faults,
  database,
  limits,
];
const cases = groups.flat().toSorted((a, b) => a.number - b.number);

/** `ABUSE_ONLY=7,18` runs only these cases. */
const only = process.env.ABUSE_ONLY?.split(',').map(Number);

let [passed, failed] = [0, 0];

async function runCase(world: World, { number, title, run }: Case): Promise<void> {
  const name = String(number).padStart(2);
  const started = Date.now();
  try {
    const result = await run(world);
    passed++;
    console.log(
      `${styleText('green', 'ok')} ${name} ${title}: ${result} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
    );
  } catch (error) {
    if (error instanceof NotRun) return console.log(styleText('dim', `-- ${name} not run: ${error.message}`));
    failed++;
    const reason = error instanceof CaseFailed ? error.message : error instanceof Error ? error.stack : String(error);
    console.log(`${styleText('red', 'no')} ${name} ${title}: ${reason}`);
  }
}

async function runCases(world: World): Promise<void> {
  for (const each of cases) if (!only || only.includes(each.number)) await runCase(world, each);
}

const url = process.argv[2];
if (url) await runCases(new World('.', { baseUrl: url }));
else {
  const demo = await startOwnDemo();
  try {
    await runCases(new World(demo.home, { log: demo.log, startProcess: demo.startProcess }));
  } finally {
    await demo.stop();
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
