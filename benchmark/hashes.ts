import '../src/threads.ts';
import { importBuilt } from './built.ts';
import { CONNECTIONS } from './clients.ts';
import { summary } from './measure.ts';

/* `node hashes.ts {warm-up seconds} {seconds}`: measures Foyer's password hashes without anything else. */

type PasswordHash = typeof import('../src/credentials/password-hash.ts');
const { hashPassword } = await importBuilt<PasswordHash>('credentials/password-hash');

const [warmUp = 0, seconds = 0] = process.argv.slice(2).map(Number);
const from = performance.now() + warmUp * 1000;
const until = from + seconds * 1000;
const times: number[] = [];

async function hashRepeatedly(): Promise<void> {
  for (let now = performance.now(); now < until;) {
    const before = now;
    await hashPassword('quiet river under stone');
    now = performance.now();
    if (now >= from && now < until) times.push(now - before);
  }
}

await Promise.all(Array.from({ length: CONNECTIONS }, hashRepeatedly));
console.log(JSON.stringify(summary(times, seconds)));
