import { setTimeout as sleep } from 'node:timers/promises';
import { Secret, TOTP } from 'otpauth';
import { type Case, NotRun, assert, assertEqual, inParallel, inSequence } from '../case.ts';
import type { HttpResponse } from '../http.ts';
import type { Customer, World } from '../world.ts';

const statusOf = ({ status }: HttpResponse): number => status;

const attributesOf = <Attributes>({ body }: HttpResponse): Attributes =>
  (body as { data: { attributes: Attributes } }).data.attributes;

const post = (world: World, token: string, name: string, attributes: object, code = ''): Promise<HttpResponse> => {
  const type = `multi-factor-auth-${name}`;
  return world.glue('POST', `/${type}`, {
    token,
    resource: { type, attributes },
    headers: code ? { 'x-mfa-code': code } : {},
  });
};

/** The newest mailed code. */
async function mailedCode(world: World, { email }: Customer): Promise<string> {
  const mail = (await world.mailsTo(email)).find(({ kind }) => kind === 'second-factor-code');
  const [code = ''] = /\d{6}/.exec(mail?.text ?? '') ?? [];
  assert('a code was mailed', code !== '');
  return code;
}

async function requestCode(world: World, customer: Customer, token: string): Promise<string> {
  assertEqual('status of the trigger', (await post(world, token, 'trigger', { type: 'email' })).status, 204);
  return mailedCode(world, customer);
}

async function activate(world: World, customer: Customer, token: string): Promise<string> {
  assertEqual('status of the activation', (await post(world, token, 'type-activate', { type: 'email' })).status, 204);
  const code = await mailedCode(world, customer);
  const verified = await post(world, token, 'type-verify', { type: 'email' }, code);
  assertEqual('status of the verification', verified.status, 204);
  return code;
}

const wrong = (code: string): string => (code === '111111' ? '222222' : '111111');

/** A change of the profile in the Glue API or in the Emporix API. */
function change(
  world: World,
  { reference }: Customer,
  token: string,
  code: string,
  inGlue = true,
): Promise<HttpResponse> {
  const [attributes, headers] = [{ firstName: 'Eve' }, code ? { 'x-mfa-code': code } : undefined];
  return inGlue
    ? world.glue('PATCH', `/customers/${reference}`, { token, resource: { type: 'customers', attributes }, headers })
    : world.call('PATCH', '/me', { token, json: attributes, headers });
}

/** Sends a code in parallel to two processes. @returns how many requests a recovery code and an app code pass */
async function useInParallel(world: World, other: World, customer: Customer, token: string): Promise<number[]> {
  const uses = async (code: string): Promise<number> => {
    const responses = await inParallel(4, (index) =>
      change(index % 2 ? other : world, customer, token, code, index < 2),
    );
    return responses.filter(({ status }) => status === 200).length;
  };
  const created = await post(world, token, 'recovery-codes', {}, await requestCode(world, customer, token));
  const [recovery = ''] = attributesOf<{ codes: string[] }>(created).codes;
  const secondCode = await requestCode(world, customer, token);
  const activated = await post(world, token, 'type-activate', { type: 'totp' }, secondCode);
  assertEqual('status of the activation of an app', activated.status, 204);
  const { secret } = attributesOf<{ secret: string }>(await post(world, token, 'totp-secrets', {}));
  const app = new TOTP({ secret: Secret.fromBase32(secret) });
  const verified = await post(world, token, 'type-verify', { type: 'totp' }, app.generate());
  assertEqual('status of the verification of an app', verified.status, 204);
  return [await uses(recovery), await uses(app.generate({ timestamp: Date.now() + 30_000 }))];
}

/** @returns the number of requests that the mailed code passes */
async function attack(world: World, other: World, [ada, eve]: [Customer, Customer]): Promise<number> {
  const [owner, thief, foreign] = [
    (await world.glueLogIn(ada)).access,
    (await world.glueLogIn(ada)).access,
    (await world.glueLogIn(eve)).access,
  ];
  await activate(world, ada, owner);
  await activate(world, eve, foreign);
  const code = await requestCode(world, ada, owner);

  const without = await Promise.all([change(world, ada, thief, ''), change(world, ada, thief, '', false)]);
  assertEqual('statuses without a code, in both APIs', without.map(statusOf), [403, 403]);
  const removals = [
    await post(world, thief, 'type-deactivate', { type: 'email' }),
    await post(world, thief, 'type-deactivate', { type: 'email' }, wrong(code)),
    await post(world, thief, 'recovery-codes', {}),
  ];
  assertEqual(
    'statuses: removal without a code, removal with a wrong code, new recovery codes without a code',
    removals.map(statusOf),
    [403, 403, 403],
  );
  assertEqual('status of the code in another session', (await change(world, ada, thief, code)).status, 403);
  assertEqual('status of the code of another customer', (await change(world, eve, foreign, code)).status, 403);

  const single = await useInParallel(world, other, eve, foreign);
  assertEqual('uses of a recovery code, and of a code of an app', single, [1, 1]);
  const uses = await inParallel(4, () => change(world, ada, owner, code));
  const passed = uses.filter(({ status }) => status === 200).length;

  const session = (await world.glueLogIn(ada)).access;
  const blocked = await requestCode(world, ada, session);
  await inParallel(3, (index) => change(index % 2 ? other : world, ada, session, wrong(blocked), index !== 2));
  assertEqual('status of a code after three wrong ones', (await change(world, ada, session, blocked)).status, 403);
  const guesses = await inSequence(12, async (index) => {
    const mailed = index % 3 === 0 ? await requestCode(world, ada, session) : '';
    return change(index % 2 ? other : world, ada, session, wrong(mailed));
  });
  assertEqual('statuses of the guesses', new Set(guesses.map(statusOf)), new Set([403]));
  const last = await requestCode(world, ada, session);
  assertEqual('status of a right code after the guesses', (await change(other, ada, session, last)).status, 403);

  const ended = (await world.glueLogIn(eve)).access;
  const late = await requestCode(world, eve, ended);
  await world.glue('DELETE', '/refresh-tokens/mine', { token: ended });
  const again = (await world.glueLogIn(eve)).access;
  assertEqual('status of a code of an ended session', (await change(world, eve, again, late)).status, 403);
  if (world.log) assert('no code is in the log', !world.log().includes(code) && !world.log().includes(blocked));
  return passed;
}

export const secondFactor: Case[] = [
  {
    number: 41,
    title:
      'an attacker with a token of a customer who has a second factor guesses codes at two processes, in both APIs',
    async run(world) {
      if (!world.startProcess)
        throw new NotRun('the case starts a second process, which is possible only with its own demo');
      const customers = await inSequence(4, () => world.customer());
      const pair = (index: number): [Customer, Customer] => [customers[index]!, customers[index + 1]!];
      const [uses, strictUses] = await world.withProcess({}, async (other) => [
        await attack(world, other, pair(0)),
        await world.withSettings({ strict: true }, async () => {
          // Until then, the other process may use the earlier settings.
          await sleep(6000);
          return attack(world, other, pair(2));
        }),
      ]);
      assertEqual('uses of a code, and at a strict tenant', [uses, strictUses], [4, 1]);
      return 'every guess was rejected and counted; a code belongs to its session and works once at a strict tenant';
    },
  },
];
