import { CommandError } from './command-error.js';

const JSON_API = 'application/vnd.api+json';
const CHALLENGE = 'Bearer realm="Access to shop API"';

export interface Shopper {
  /** The base URL of the server, without a trailing slash. */
  url: string;
  username: string;
  password: string;
  store?: string;
}

/** The properties of a resource that are checked. */
export interface Resource {
  type?: string;
  id?: string;
  attributes?: Record<string, unknown>;
  relationships?: { addresses?: { data?: { type: string; id: string }[] } };
}

export interface Document<Data> {
  data?: Data;
  included?: Resource[];
  errors?: { code?: string; status?: number; detail?: string }[];
}

export interface Answer<Data = Resource> {
  status: number;
  body: Document<Data>;
}

export type Look = (check: string, passed: boolean, expected: string, got: string) => void;

/** What every response must have. The check is passed if no response deviates. */
const rules = {
  language: { check: 'every response has Content-Language', expected: 'a locale, such as de_DE' },
  challenge: { check: 'every 401 response has WWW-Authenticate', expected: CHALLENGE },
  form: { check: `every response is ${JSON_API}`, expected: JSON_API },
};

type Rule = keyof typeof rules;

/** Sends requests, and notes the first response that deviates from each rule. */
export class GlueServer {
  private readonly deviations = new Map<string, string>();

  constructor(private readonly shopper: Shopper) {}

  /** The rules for every response, and the first deviation from each. */
  rules(): { check: string; expected: string; deviation?: string }[] {
    return Object.entries(rules).map(([rule, each]) => ({ ...each, deviation: this.deviations.get(rule) }));
  }

  /** @throws CommandError when the server does not respond */
  async ask<Data = Resource>(
    call: string,
    { type, attributes, token }: { type?: string; attributes?: object | ''; token?: string } = {},
  ): Promise<Answer<Data>> {
    const { url, store } = this.shopper;
    const [method = '', path = ''] = call.split(' ');
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...(type && { 'content-type': JSON_API }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(store && { store }),
      },
      body: type && JSON.stringify({ data: { type, attributes } }),
      signal: AbortSignal.timeout(10_000),
    }).catch((cause: unknown) => {
      throw new CommandError(`No server responds at ${url}.`, { cause });
    });
    const text = await answer.text();
    const assertHeader = (rule: Rule, header: string, valid: (value: string) => boolean): void => {
      const value = answer.headers.get(header) ?? 'none';
      // The rest of a path may contain a token.
      const deviation = `${value} from ${method} /${path.split(/[/?]/)[1]}`;
      if (!valid(value) && !this.deviations.has(rule)) this.deviations.set(rule, deviation);
    };
    if (answer.status === 401) assertHeader('challenge', 'www-authenticate', (value) => value === CHALLENGE);
    if (text !== '') {
      assertHeader('language', 'content-language', (value) => /^[a-z]{2,3}_[A-Z]{2}$/.test(value));
      assertHeader('form', 'content-type', (value) => value === JSON_API);
    }
    return { status: answer.status, body: documentOf<Data>(text) };
  }
}

function documentOf<Data>(text: string): Document<Data> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** A response in one line. */
export function oneLine({ status, body: { errors } }: Pick<Answer<unknown>, 'status' | 'body'>): string {
  return `${status} ${errors ? JSON.stringify(errors) : ''}`.trim();
}

/** Adds the check that a request was rejected with a status and a code. */
export function lookForError(look: Look, check: string, answer: Answer<unknown>, status: number, code: string): void {
  const passed = answer.status === status && answer.body.errors?.[0]?.code === code;
  look(`${check} with ${status} ${code}`, passed, `${status} ${code}`, oneLine(answer));
}
