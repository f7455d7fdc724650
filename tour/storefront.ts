/** A storefront at the server's door: every step is one request, and what the contract says of its answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect, styleText } from 'node:util';
import { compare, having, anything, containing, isObject, parsed, text, type Seen } from './expectations.ts';

export interface Server {
  baseUrl: string;
  tenant: string;
  storefrontClientId: string;
  serviceClientId: string;
  serviceClientSecret: string;
  employee: { email: string; password: string };
}

export interface Caller {
  who: string;
  authorization: string;
}

export const bearer = (who: string, token: string): Caller => ({ who, authorization: `Bearer ${token}` });

/** The answer to a token that is missing, made up or logged out. */
export const invalidToken = {
  fault: { faultstring: 'Invalid access token', detail: { errorcode: 'oauth.v2.InvalidAccessToken' } },
};

/** One request; `{tenant}` is filled in. At most one of `json`, `mergePatch`, `form` and `resource` is given. */
export interface Call {
  call: `${'GET' | 'POST' | 'PATCH' | 'DELETE'} /${string}`;
  as?: Caller;
  query?: Record<string, string>;
  json?: object;
  mergePatch?: object;
  form?: Record<string, string>;
  /** Of the Glue API; its envelope is added. */
  resource?: { type: string; attributes: object };
}

export interface Manner {
  /** The fields that are worth printing; all by default. */
  show?: string[];
  /** Keep asking for so many milliseconds. */
  within?: number;
}

/** The tour cannot go on; what there is to say has been said. */
export class TourStopped extends Error {}

const carryingToken = ['password-reset', 'email-change', 'opt-in', 'initial-password', 'link-identity'];

export class Storefront {
  readonly server: Server;
  steps = 0;

  constructor(server: Server) {
    this.server = server;
  }

  /** Fails at the first difference. What is expected of the body is also its type from then on. */
  async step<E>(title: string, call: Call, status: number | number[], body?: E, manner: Manner = {}): Promise<Seen<E>> {
    console.log(styleText('bold', `\n${String(++this.steps).padStart(3)}  ${title}`));
    const send = this.announce(call);
    const statuses = [status].flat();
    const differenceIn = (answer: { status: number; body: unknown }) => {
      if (!statuses.includes(answer.status)) {
        return { path: 'status', expected: statuses.join(' or '), got: answer.status };
      }
      return body === undefined ? undefined : compare(body, answer.body, 'body');
    };
    const giveUp = Date.now() + (manner.within ?? 0);
    let answer = await send();
    while (differenceIn(answer) && Date.now() < giveUp) {
      await sleep(100);
      answer = await send();
    }
    const difference = differenceIn(answer);
    print(difference ? 'red' : 'green', String(answer.status));
    if (difference) {
      const { path, expected, got } = difference;
      print('red', `✗ ${path}\n  expected  ${expected}\n  got       ${pretty(got, path.split('.').at(-1))}`);
      if (path !== 'body') print('red', `the whole answer:\n${pretty(answer.body)}`);
      throw new TourStopped(`step ${this.steps}, "${title}": ${path} is not as the contract says`);
    }
    if (answer.body !== '') print('reset', pretty(manner.show ? picked(answer.body, manner.show) : answer.body));
    return answer.body as Seen<E>;
  }

  /** Waits for a mail in the development mailbox and returns the token in it. */
  async mail(title: string, to: string, kind: string): Promise<string> {
    const token = carryingToken.includes(kind) ? text : anything;
    const mail = having({ to, kind, subject: text, text, token, createdAt: text });
    const call = { call: 'GET /mailbox/messages', query: { to } } as const;
    const manner = { show: ['to', 'kind', 'subject'], within: 5_000 };
    const mails = await this.step(title, call, 200, containing(mail), manner);
    return String(mails.find((each) => each.kind === kind)?.token);
  }

  /** Prints the request and returns what sends it. */
  private announce({ call, as, query = {}, json, mergePatch, form, resource }: Call) {
    const [method, path] = call.replaceAll('{tenant}', this.server.tenant).split(' ') as [string, string];
    const content = json ?? mergePatch ?? form ?? (resource && { data: resource });
    const type = json ? 'json' : mergePatch ? 'merge-patch+json' : form ? 'x-www-form-urlencoded' : 'vnd.api+json';
    print('cyan', `${method} ${path}${decodeURIComponent(search(discreet(query)))}${as ? `  as ${as.who}` : ''}`);
    if (content) print('dim', shortLine(content));
    return async () => {
      const answer = await fetch(this.server.baseUrl + path + search(query), {
        method,
        headers: {
          ...(as && { authorization: as.authorization }),
          ...(content && { 'content-type': `application/${type}` }),
        },
        body: form ? search(form).slice(1) : content && JSON.stringify(content),
        signal: AbortSignal.timeout(10_000),
      });
      return { status: answer.status, body: parsed(await answer.text()) };
    };
  }
}

const search = (query: Record<string, string>) =>
  Object.keys(query).length > 0 ? `?${new URLSearchParams(query).toString()}` : '';

const picked = (value: unknown, keys: string[]): unknown =>
  Array.isArray(value)
    ? value.map((item) => picked(item, keys))
    : Object.fromEntries(Object.entries(Object(value) as object).filter(([key]) => keys.includes(key)));

/** The same value with its tokens and passwords shortened. */
function discreet<T>(value: T, key?: string): T;
function discreet(value: unknown, key = ''): unknown {
  if (typeof value === 'string' && /(token|password|secret|registrationKey)$/i.test(key)) {
    return value.startsWith('eyJ') ? 'eyJ…' : value && '***';
  }
  if (Array.isArray(value)) return value.map((item: unknown) => discreet(item, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, discreet(inner, name)]));
}

const pretty = (value: unknown, key?: string) =>
  inspect(discreet(value, key), { breakLength: 120, depth: 4, maxStringLength: 160 });

const shortLine = (value: object) =>
  inspect(discreet(value), { breakLength: Infinity, compact: true, depth: 4 }).replace(/^(.{100}).+$/, '$1 …');

const print = (format: Parameters<typeof styleText>[0], content: string) =>
  console.log(styleText(format, content.replaceAll(/^/gm, '     ')));
