import { STATUS_CODES } from 'node:http';
import type { Body, Person, Shop } from './shop.js';

const JSON_API = 'application/vnd.api+json';

/** Options of a request to the Glue API. */
interface RequestOptions {
  /** Attributes of the resource in the body. The path determines its type. */
  attributes?: Body;
  /** A raw body, instead of a resource. */
  body?: unknown;
  headers?: Record<string, string>;
  /** The network address of the client. */
  from?: string;
}

/** A response, without the headers in `usual`. */
export interface GlueResponse {
  status: number;
  reason: string;
  headers: Record<string, unknown>;
  body: unknown;
}

/** A resource in a response. */
export interface Resource {
  type: string;
  id: string;
  attributes: Body;
  links: Record<string, string>;
  relationships?: Record<string, { data: { type: string; id: string }[] }>;
}

export interface ResourceDocument {
  data: Resource;
  included?: Resource[];
}

export interface CollectionDocument {
  data: Resource[];
  links: Record<string, string>;
  included?: Resource[];
}

/** The body of a request. */
export const resource = (type: string, attributes: Body): Body => ({ data: { type, attributes } });

/** The status of each error code. */
const statuses: Record<string, number> = {
  ...{ '001': 401, '002': 403, '003': 401, '004': 401, '005': 400, '901': 422 },
  ...{ '400': 422, '402': 404, '404': 404, '405': 400, '406': 422, '407': 400, '408': 400, '411': 403, '413': 400 },
  ...{ '415': 422, '417': 422, '418': 400, '419': 400, '420': 400, '421': 400, '422': 400, '423': 422 },
  ...{ '4101': 401, '4102': 401, '4103': 401, '4104': 401, '4401': 429 },
  ...{ '5900': 403, '5901': 403, '5902': 400, '5904': 400, '5906': 400, '5910': 400 },
};

/** An error body, with one error for each detail. */
export const errorBody = (code: string, ...details: string[]): Body => ({
  errors: details.map((detail) => ({ code, status: statuses[code], detail })),
});

/** A whole response, by default in the locale of requests without `Accept-Language`. */
export const glueResponse = (status: number, body?: unknown, headers: Record<string, string> = {}): GlueResponse => ({
  status,
  reason: status === 422 ? 'Unprocessable Content' : (STATUS_CODES[status] ?? ''),
  headers: {
    ...(body !== undefined && { 'content-type': JSON_API }),
    'content-language': 'en_US',
    ...(status === 401 && { 'www-authenticate': 'Bearer realm="Access to shop API"' }),
    ...headers,
  },
  body,
});

/** A whole error response. */
export const errorResponse = (code: string, ...details: string[]): GlueResponse =>
  glueResponse(statuses[code] ?? 0, errorBody(code, ...details));

/** A whole response of the attribute rules, with one error for each text, in the order of the fields. */
export const invalidAttributes = (texts: Record<string, string | string[]>): GlueResponse =>
  errorResponse(
    '901',
    ...Object.entries(texts).flatMap(([field, text]) => [text].flat().map((one) => `${field} => ${one}`)),
  );

/** The texts of the attribute rules. */
export const broken = {
  missing: 'This field is missing.',
  blank: 'This value should not be blank.',
  noText: 'This value should be of type string.',
  noEmail: 'This value is not a valid email address.',
  noChoice: 'The value you selected is not a valid choice.',
  noBoolean: 'This value should be of type bool.',
  noDate: 'This value is not a valid date.',
  noUuid: 'This is not a valid UUID.',
  notAccepted: 'This value should be true.',
  tooShort: (shortest: number) => `This value is too short. It should have ${shortest} characters or more.`,
  tooLong: (longest: number) => `This value is too long. It should have ${longest} characters or less.`,
};

/** A whole error response to a malformed request, without a code. */
export const errorWithoutCode = (status: number, detail: string): GlueResponse =>
  glueResponse(status, { errors: [{ status, detail }] });

export const missingToken = errorResponse('002', 'Missing access token.');
export const invalidToken = errorResponse('001', 'Invalid access token.');
export const codeMissing = errorResponse('5900', 'X-MFA-Code header is missing.');
export const codeInvalid = errorResponse('5901', 'X-MFA-Code is invalid.');
export const unauthorized = errorResponse('411', 'Unauthorized request.');

/** The response to a login or a refresh. Only a customer's login returns `idCompanyUser`. */
export const tokenResponse = (type: string, attributes: Body = {}): GlueResponse =>
  glueResponse(201, {
    data: {
      type,
      id: null,
      attributes: {
        tokenType: 'Bearer',
        expiresIn: 28_800,
        accessToken: expect.any(String),
        refreshToken: expect.any(String),
        ...(type === 'access-tokens' && { idCompanyUser: null }),
        ...attributes,
      },
      links: { self: `http://foyer.test/${type}` },
    },
  });

export const newAddress = {
  ...{ salutation: 'Ms', firstName: 'Ada', lastName: 'Lovelace', address1: 'Platz der Republik', address2: '1' },
  ...{ zipCode: '11011', city: 'Berlin', iso2Code: 'DE', isDefaultShipping: false, isDefaultBilling: false },
};

/** Headers that every response has, or that these tests do not compare. */
const ignoredHeaders = [
  ...['connection', 'content-length', 'date', 'x-request-id', 'vary'],
  ...['access-control-allow-origin', 'access-control-expose-headers', 'cross-origin-resource-policy'],
  ...['content-security-policy', 'referrer-policy', 'x-content-type-options', 'x-frame-options'],
  'cache-control',
  ...['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'],
];

/** A client of the Glue API, with or without a token. */
export class GlueClient {
  constructor(
    readonly shop: Shop,
    readonly token?: string,
  ) {}

  async get<T = ResourceDocument>(path: string, status = 200): Promise<T> {
    return this.call('GET', path, status);
  }

  async post<T = ResourceDocument>(path: string, status = 201, attributes: Body = {}): Promise<T> {
    return this.call('POST', path, status, attributes);
  }

  async patch<T = ResourceDocument>(path: string, status = 200, attributes: Body = {}): Promise<T> {
    return this.call('PATCH', path, status, attributes);
  }

  async delete<T = undefined>(path: string, status = 204): Promise<T> {
    return this.call('DELETE', path, status);
  }

  /** Returns the whole response, with any status. */
  async send(
    method: string,
    path: string,
    { attributes, body = attributes && resource(typeOf(path), attributes), headers = {}, from }: RequestOptions = {},
  ): Promise<GlueResponse> {
    const raw = typeof body === 'string';
    const response = await this.shop.app.inject({
      method: method as 'GET',
      url: path,
      remoteAddress: from,
      headers: {
        ...(body !== undefined && { 'content-type': JSON_API }),
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      payload: raw ? body : body === undefined ? undefined : JSON.stringify(body),
    });
    return {
      status: response.statusCode,
      reason: response.statusMessage,
      headers: Object.fromEntries(Object.entries(response.headers).filter(([name]) => !ignoredHeaders.includes(name))),
      body: response.body === '' ? undefined : response.json(),
    };
  }

  private async call<T>(method: string, path: string, status: number, attributes?: Body): Promise<T> {
    const response = await this.send(method, path, { attributes });
    if (response.status !== status) {
      throw new Error(`${method} ${path}: expected ${status}, got ${response.status} ${JSON.stringify(response.body)}`);
    }
    return response.body as T;
  }
}

/** A customer who signed up through the Glue API. */
export interface RegisteredCustomer extends Person {
  reference: string;
}

/** A customer who has logged in. */
export class GlueCustomer extends GlueClient {
  /** The path of the customer resource. */
  readonly path: string;

  constructor(
    shop: Shop,
    readonly reference: string,
    readonly email: string,
    readonly password: string,
    readonly login: { accessToken: string; refreshToken: string },
  ) {
    super(shop, login.accessToken);
    this.path = `/customers/${reference}`;
  }
}

/** Creates clients and customers of a shop in the Glue API. */
export class Glue {
  constructor(readonly shop: Shop) {}

  /** A client without a token. */
  get unauthenticated(): GlueClient {
    return new GlueClient(this.shop);
  }

  /** The attributes of a new customer for the sign-up. */
  person(changes: Body = {}): Body & Person {
    const person = this.shop.person({ password: 'a long enough password' });
    const names = { firstName: 'Ada', lastName: 'Lovelace', gender: 'Female', salutation: 'Ms' };
    return { ...names, ...person, confirmPassword: person.password, acceptedTerms: true, ...changes };
  }

  /** Signs up without confirming the e-mail. */
  async signUp(changes: Body = {}, headers: Record<string, string> = {}): Promise<RegisteredCustomer> {
    const { email, password, ...rest } = this.person(changes);
    const attributes = { email, password, ...rest };
    const { status, body } = await this.unauthenticated.send('POST', '/customers', { attributes, headers });
    if (status !== 201) throw new Error(`Sign-up: ${status} ${JSON.stringify(body)}`);
    return { email, password, reference: (body as ResourceDocument).data.id };
  }

  /** Confirms the e-mail with the key from the mail. */
  async confirm(email: string): Promise<void> {
    const { token: registrationKey } = await this.shop.mailTo(email, 'opt-in');
    await this.unauthenticated.post('/customer-confirmation', 204, { registrationKey });
  }

  /** Signs up, confirms the e-mail and logs in. */
  async customer(changes: Body = {}): Promise<GlueCustomer> {
    const person = await this.signUp(changes);
    await this.confirm(person.email);
    return this.logIn(person);
  }

  async logIn({ reference, email, password }: RegisteredCustomer): Promise<GlueCustomer> {
    const { data } = await this.unauthenticated.post('/access-tokens', 201, { username: email, password });
    return new GlueCustomer(this.shop, reference, email, password, data.attributes as GlueCustomer['login']);
  }

  /** An employee who may act for customers, with a token. */
  async agent(): Promise<GlueClient & { id: string }> {
    const { id, email: username, password } = await this.shop.createEmployee('support');
    const { data } = await this.unauthenticated.post('/agent-access-tokens', 201, { username, password });
    return Object.assign(new GlueClient(this.shop, String(data.attributes.accessToken)), { id });
  }
}

/** The resource type of a path: `addresses` for `/customers/DE--21/addresses`. */
function typeOf(path: string): string {
  const segments = (path.split('?')[0] ?? '').split('/').filter(Boolean);
  return segments[segments.length - 1 - ((segments.length + 1) % 2)] ?? '';
}
