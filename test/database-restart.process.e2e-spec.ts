import { TestPostgres } from './support/postgres.js';
import { Service, environment, newShopDatabase } from './support/server.js';
import { waitUntil } from './support/wait-until.js';

/** One write, with the status and the `Retry-After` of its response, if there was one. */
interface Write {
  name: string;
  customer: Customer;
  status?: number;
  retryAfter?: string | null;
}

interface Customer {
  token: string;
}

const INTERVAL = 1000 / 50;

describe('a PostgreSQL restart under 50 writes per second', () => {
  let postgres: TestPostgres;
  let service: Service;
  let customers: Customer[];

  beforeAll(async () => {
    postgres = await TestPostgres.start();
    await newShopDatabase({ activation: 'none' }, postgres.url);
    // From now on it is our own child process, which receives any signal.
    await postgres.stop();
    await postgres.restart();
    service = await Service.start(environment(postgres.url));
    const visitor = await service.anonymousToken();
    customers = await Promise.all(Array.from({ length: 12 }, () => newCustomer(visitor)));
  }, 60_000);
  afterEach(() => postgres.restart());
  afterAll(async () => {
    await postgres.close();
    await service.kill();
  });

  const newCustomer = async (visitor: string): Promise<Customer> => {
    const { email, password } = await service.signUp(visitor);
    const login = { token: visitor, body: { email, password } };
    const { body } = await service.send<{ access_token: string }>('POST', '/customer/shop/login', login);
    return { token: body.access_token };
  };

  /** Creates an address or a mixin by turns; both contain the name of the write. */
  const write = async ({ name, customer: { token } }: Write, index: number): Promise<Partial<Write>> => {
    const { status, headers } = await (index % 2
      ? service.send('POST', '/customer/shop/me/addresses', { token, body: { contactName: name } })
      : service.send('PATCH', '/customer/shop/me', { token, body: { mixins: { [name]: { kept: true } } } }));
    return { status, retryAfter: headers.get('retry-after') };
  };

  /** Starts a write every 20 ms. @returns a function that stops the load and waits for all writes */
  const load = (kind: string, writes: Write[]): (() => Promise<void>) => {
    const completed: Promise<void>[] = [];
    const timer = setInterval(() => {
      const index = writes.length;
      const one: Write = { name: `${kind}-${index}`, customer: customers[(index >> 1) % customers.length]! };
      writes.push(one);
      completed.push(
        write(one, index).then(
          (outcome) => void Object.assign(one, outcome),
          () => undefined,
        ),
      );
    }, INTERVAL);
    return async () => {
      clearInterval(timer);
      await Promise.all(completed);
    };
  };

  /** The names of all writes that are stored for a customer. */
  const storedWrites = async ({ token }: Customer): Promise<string[]> => {
    const profile = await service.send<{ mixins: object }>('GET', '/customer/shop/me?expand=mixin:*', { token });
    const book = await service.send<{ contactName: string }[]>('GET', '/customer/shop/me/addresses', { token });
    return [...Object.keys(profile.body.mixins), ...book.body.map(({ contactName }) => contactName)];
  };

  it.each([
    ['fast', 'SIGINT'],
    ['immediate', 'SIGQUIT'],
  ] as const)('loses no acknowledged write, and stores none twice (%s stop)', async (kind, signal) => {
    const writes: Write[] = [];
    const all = (status: number): Write[] => writes.filter((one) => one.status === status);
    const acknowledged = (): Write[] =>
      writes.filter(({ status }) => status === 200 || status === 201 || status === 204);
    const stop = load(kind, writes);
    try {
      await waitUntil('writes are acknowledged', () => acknowledged().length > 40);
      await postgres.stop(signal);
      await waitUntil('the service returns 503', () => all(503).length > 25);
      await postgres.restart();
      const before = acknowledged().length;
      await waitUntil('writes are acknowledged again', () => acknowledged().length > before, { seconds: 5 });
      await waitUntil('more writes are acknowledged', () => acknowledged().length > before + 40);
    } finally {
      await stop();
    }

    expect(service.running).toBe(true);
    const others = writes.filter((one) => !acknowledged().includes(one));
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([503]));
    for (const { retryAfter } of others) expect(retryAfter).toMatch(/^[1-9]\d*$/);
    const found = (await Promise.all(customers.map(storedWrites))).flat().filter((name) => name.startsWith(kind));
    expect(found).toEqual(expect.arrayContaining(acknowledged().map(({ name }) => name)));
    expect(found.toSorted()).toEqual([...new Set(found)].toSorted());
  });
});
