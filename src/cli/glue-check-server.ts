import { CommandError } from './command-error.js';

const JSON_API = 'application/vnd.api+json';
const CHALLENGE = 'Bearer realm="Access to shop API"';

export interface CheckTarget {
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

export interface GlueResponse<Data = Resource> {
  status: number;
  body: Document<Data>;
}

export type Report = (check: string, passed: boolean, expected: string, got: string) => void;

/** The rules for every response. The check of a rule passes if no response breaks it. */
const rules = {
  language: { check: 'every response has Content-Language', expected: 'a locale, such as de_DE' },
  challenge: { check: 'every 401 response has WWW-Authenticate', expected: CHALLENGE },
  form: { check: `every response is ${JSON_API}`, expected: JSON_API },
};

type Rule = keyof typeof rules;

/** Sends requests, and records the first response that breaks each rule. */
export class GlueServer {
  private readonly deviations = new Map<string, string>();

  constructor(private readonly target: CheckTarget) {}

  /** The rules for every response, each with the first deviation from it. */
  rules(): { check: string; expected: string; deviation?: string }[] {
    return Object.entries(rules).map(([rule, each]) => ({ ...each, deviation: this.deviations.get(rule) }));
  }

  /** @throws CommandError when the server does not respond */
  async send<Data = Resource>(
    call: string,
    { type, attributes, token }: { type?: string; attributes?: object | ''; token?: string } = {},
  ): Promise<GlueResponse<Data>> {
    const { url, store } = this.target;
    const [method = '', path = ''] = call.split(' ');
    const response = await fetch(url + path, {
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
    const text = await response.text();
    const assertHeader = (rule: Rule, header: string, valid: (value: string) => boolean): void => {
      const value = response.headers.get(header) ?? 'none';
      // The rest of a path may contain a token.
      const deviation = `${value} from ${method} /${path.split(/[/?]/)[1]}`;
      if (!valid(value) && !this.deviations.has(rule)) this.deviations.set(rule, deviation);
    };
    if (response.status === 401) assertHeader('challenge', 'www-authenticate', (value) => value === CHALLENGE);
    if (text !== '') {
      assertHeader('language', 'content-language', (value) => /^[a-z]{2,3}_[A-Z]{2}$/.test(value));
      assertHeader('form', 'content-type', (value) => value === JSON_API);
    }
    return { status: response.status, body: documentOf<Data>(text) };
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
export function oneLine({ status, body: { errors } }: Pick<GlueResponse<unknown>, 'status' | 'body'>): string {
  return `${status} ${errors ? JSON.stringify(errors) : ''}`.trim();
}

/** Adds the check that a request was rejected with a status and a code. */
export function expectError(
  report: Report,
  check: string,
  response: GlueResponse<unknown>,
  status: number,
  code: string,
): void {
  const passed = response.status === status && response.body.errors?.[0]?.code === code;
  report(`${check} with ${status} ${code}`, passed, `${status} ${code}`, oneLine(response));
}
