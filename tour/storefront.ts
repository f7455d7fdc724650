/** A storefront: each step sends one request and compares the response with the contract. */
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect, styleText } from 'node:util';
import { compare, having, anything, containing, isObject, parseJson, text, type MatchOf } from './expectations.ts';

export interface Server {
  baseUrl: string;
  tenant: string;
  storefrontClientId: string;
  serviceClientId: string;
  serviceClientSecret: string;
  employee: { email: string; password: string };
  /** A customer with two company users: the current one after the login has the role `Admin`, the other has not. */
  companyUser: { email: string; password: string };
}

export interface Caller {
  name: string;
  authorization: string;
}

export const bearer = (name: string, token: string): Caller => ({ name, authorization: `Bearer ${token}` });

/** The response to a token that is missing, forged or logged out. */
export const invalidToken = {
  fault: { faultstring: 'Invalid access token', detail: { errorcode: 'oauth.v2.InvalidAccessToken' } },
};

/** One request. `{tenant}` is replaced. At most one of `json`, `mergePatch`, `form` and `resource` is given. */
export interface Call {
  call: `${'GET' | 'HEAD' | 'POST' | 'PATCH' | 'DELETE'} /${string}`;
  as?: Caller;
  query?: Record<string, string>;
  json?: object;
  mergePatch?: object;
  form?: Record<string, string>;
  /** The content type of a form is sent without a body. */
  emptyForm?: boolean;
  /** A resource of the Glue API, without the envelope `data`. */
  resource?: { type: string; attributes: object };
  /** The code of a second factor, which is sent in the header `X-MFA-Code`. */
  code?: string;
}

export interface StepOptions {
  /** The fields that are worth printing; all by default. */
  show?: string[];
  /** For how many milliseconds the request is repeated until the response is as expected. */
  within?: number;
}

/** The tour cannot continue, for the reason in the message. */
export class TourStopped extends Error {}

const kindsWithToken = ['password-reset', 'email-change', 'opt-in', 'initial-password', 'link-identity'];

export class Storefront {
  readonly server: Server;
  steps = 0;

  constructor(server: Server) {
    this.server = server;
  }

  /**
   * Sends a request and prints the response.
   *
   * @returns the body, with the type of the expectation
   * @throws TourStopped at the first difference
   */
  async step<E>(
    title: string,
    call: Call,
    status: number | number[],
    body?: E,
    options: StepOptions = {},
  ): Promise<MatchOf<E>> {
    console.log(styleText('bold', `\n${String(++this.steps).padStart(3)}  ${title}`));
    const send = this.prepare(call);
    const statuses = [status].flat();
    const differenceIn = (response: { status: number; body: unknown }) => {
      if (!statuses.includes(response.status)) {
        return { path: 'status', expected: statuses.join(' or '), got: response.status };
      }
      return body === undefined ? undefined : compare(body, response.body, 'body');
    };
    const deadline = Date.now() + (options.within ?? 0);
    let response = await send();
    while (differenceIn(response) && Date.now() < deadline) {
      await sleep(100);
      response = await send();
    }
    const difference = differenceIn(response);
    print(difference ? 'red' : 'green', String(response.status));
    if (difference) {
      const { path, expected, got } = difference;
      print('red', `✗ ${path}\n  expected  ${expected}\n  got       ${pretty(got, path.split('.').at(-1))}`);
      if (path !== 'body') print('red', `the whole response:\n${pretty(response.body)}`);
      throw new TourStopped(`step ${this.steps}, "${title}": ${path} differs from the contract`);
    }
    if (response.body !== '')
      print('reset', pretty(options.show ? pickFields(response.body, options.show) : response.body));
    return response.body as MatchOf<E>;
  }

  /** Waits for a mail in the development mailbox and returns the token in it. */
  async mail(title: string, to: string, kind: string): Promise<string> {
    return String((await this.latestMail(title, to, kind))?.token);
  }

  /** Waits for a mail in the development mailbox and returns the code of six digits in it. */
  async mailedCode(title: string, to: string): Promise<string> {
    const mail = await this.latestMail(title, to, 'second-factor-code');
    return /\d{6}/.exec(mail?.text ?? '')?.[0] ?? '';
  }

  private async latestMail(title: string, to: string, kind: string) {
    const token = kindsWithToken.includes(kind) ? text : anything;
    const mail = having({
      from: text,
      to,
      kind,
      language: text,
      subject: text,
      text,
      html: text,
      token,
      createdAt: text,
    });
    const call = { call: 'GET /mailbox/messages', query: { to } } as const;
    const options = { show: ['to', 'kind', 'subject'], within: 5_000 };
    const mails = await this.step(title, call, 200, containing(mail), options);
    return mails.find((each) => each.kind === kind);
  }

  /** Prints the request. @returns the function that sends it */
  private prepare({ call, as, query = {}, json, mergePatch, form, emptyForm, resource, code }: Call) {
    const [method, path] = call.replaceAll('{tenant}', this.server.tenant).split(' ') as [string, string];
    const content = json ?? mergePatch ?? form ?? (resource && { data: resource });
    const type = json
      ? 'json'
      : mergePatch
        ? 'merge-patch+json'
        : form || emptyForm
          ? 'x-www-form-urlencoded'
          : 'vnd.api+json';
    print(
      'cyan',
      `${method} ${path}${decodeURIComponent(search(maskSecrets(query)))}${as ? `  as ${as.name}` : ''}${code ? '  with a code' : ''}`,
    );
    if (content) print('dim', shortLine(content));
    return async () => {
      const response = await fetch(this.server.baseUrl + path + search(query), {
        method,
        headers: {
          ...(as && { authorization: as.authorization }),
          ...((content || emptyForm) && { 'content-type': `application/${type}` }),
          ...(code && { 'x-mfa-code': code }),
        },
        body: form ? search(form).slice(1) : content && JSON.stringify(content),
        signal: AbortSignal.timeout(10_000),
      });
      return { status: response.status, body: parseJson(await response.text()) };
    };
  }
}

const search = (query: Record<string, string>) =>
  Object.keys(query).length > 0 ? `?${new URLSearchParams(query).toString()}` : '';

const pickFields = (value: unknown, keys: string[]): unknown =>
  Array.isArray(value)
    ? value.map((item) => pickFields(item, keys))
    : Object.fromEntries(Object.entries(Object(value) as object).filter(([key]) => keys.includes(key)));

/** The value with shortened tokens and without passwords and secrets. */
function maskSecrets<T>(value: T, key?: string): T;
function maskSecrets(value: unknown, key = ''): unknown {
  if (typeof value === 'string' && /(token|password|secret|registrationKey|confirmationKey)$/i.test(key)) {
    return value.startsWith('eyJ') ? 'eyJ…' : value && '***';
  }
  if (Array.isArray(value)) return value.map((item: unknown) => maskSecrets(item, key));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, maskSecrets(inner, name)]));
}

const pretty = (value: unknown, key?: string) =>
  inspect(maskSecrets(value, key), { breakLength: 120, depth: 4, maxStringLength: 160 });

const shortLine = (value: object) =>
  inspect(maskSecrets(value), { breakLength: Infinity, compact: true, depth: 4 }).replace(/^(.{100}).+$/, '$1 …');

const print = (format: Parameters<typeof styleText>[0], content: string) =>
  console.log(styleText(format, content.replaceAll(/^/gm, '     ')));
