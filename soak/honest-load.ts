import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type RequestOptions } from './client.ts';
import { type Login, PASSWORD, anonymousLogin, newCustomer } from './seed.ts';

const CUSTOMERS = 8;
/** The pause in which a customer reads a page before the next request. */
const PAUSE_MILLISECONDS = 50;
/** Most visits require no login. */
const LOGIN_EVERY = 10;

export const honestOperations = ['anonymous login', 'GET me', 'list addresses', 'refresh', 'login'] as const;
export type HonestOperation = (typeof honestOperations)[number];

/** Milliseconds of the successful responses, and the number of those that failed. */
export interface Figures {
  times: number[];
  failed: number;
}

export type HonestFigures = Record<HonestOperation, Figures>;

/** An honest tenant's customers, each with a separate network address and separate connections. */
export interface Shop {
  url: string;
  tenant: string;
  customers: { login: Login; from: string }[];
}

/** Signs up the customers, each with two addresses. */
export async function openShop(url: string, tenant: string): Promise<Shop> {
  const client = new Client(url, 1);
  const customers: Shop['customers'] = [];
  for (let index = 0; index < CUSTOMERS; index++) {
    const from = `192.0.2.${index + 1}`;
    const login = await newCustomer(client, tenant, from);
    for (const city of ['Berlin', 'Paris']) {
      const json = { contactName: 'John Doe', city, country: 'DE' };
      await client.send(`/customer/${tenant}/me/addresses`, { method: 'POST', token: login.access, json, from });
    }
    customers.push({ login, from });
  }
  client.close();
  return { url, tenant, customers };
}

/** Lets all customers visit the shop for the given time. */
export async function honestLoad(shop: Shop, seconds: number): Promise<HonestFigures> {
  const figures = Object.fromEntries(
    honestOperations.map((name): [string, Figures] => [name, { times: [], failed: 0 }]),
  ) as HonestFigures;
  const deadline = Date.now() + seconds * 1000;
  await Promise.all(shop.customers.map((customer) => visit(shop, customer, deadline, figures)));
  return figures;
}

async function visit(
  { url, tenant }: Shop,
  { login, from }: Shop['customers'][number],
  deadline: number,
  figures: HonestFigures,
): Promise<void> {
  const client = new Client(url, 1);
  const api = `/customer/${tenant}`;
  const measure = async (name: HonestOperation, path: string, options: RequestOptions = {}): Promise<unknown> => {
    await sleep(PAUSE_MILLISECONDS);
    const response = await client.send(path, { from, ...options }).catch(() => undefined);
    if (response && response.status < 300) figures[name].times.push(response.milliseconds);
    else figures[name].failed += 1;
    return response && response.status < 300 ? response.body : undefined;
  };
  const keep = (body: unknown): void => {
    const { access_token: access, refresh_token: refresh } = (body ?? {}) as Record<string, string | undefined>;
    if (access && refresh) Object.assign(login, { access, refresh });
  };
  for (let round = 1; Date.now() < deadline; round++) {
    await measure('anonymous login', anonymousLogin(tenant));
    await measure('GET me', `${api}/me`, { token: login.access });
    await measure('list addresses', `${api}/me/addresses`, { token: login.access });
    keep(await measure('refresh', `${api}/refreshauthtoken?refreshToken=${login.refresh}`, { token: login.access }));
    if (round % LOGIN_EVERY > 0) continue;
    const json = { email: login.email, password: PASSWORD };
    const { access_token: token } = ((await measure('anonymous login', anonymousLogin(tenant))) ?? {}) as {
      access_token?: string;
    };
    keep(await measure('login', `${api}/login`, { method: 'POST', token, json }));
  }
  client.close();
}
