import * as companies from './companies.facts.js';
import * as customerManaged from './customer-managed.facts.js';
import { expectationOf, type OperationFacts } from './facts.js';
import {
  type Aspect,
  aspects,
  differences,
  type Facts,
  NO_TOKEN,
  type Operation,
  type OperationName,
  operationOf,
  readDocument,
  schemeOf,
} from './openapi.js';
import * as sessionContext from './session-context.facts.js';
import * as tenantManaged from './tenant-managed.facts.js';

interface Deviation {
  operations: OperationName[];
  aspect: Aspect;
  /** Our facts instead; `undefined` means none. */
  ours: Facts;
  reason: string;
}

/** Deliberate deviations from the vendor's contract. */
const deviations: Deviation[] = [
  {
    operations: ['GET /customerlogin/auth/anonymous/refresh'],
    aspect: 'parameters',
    ours: { 'query:refresh_token': 'string', 'query:anonymous_token': 'string' },
    reason: 'The contract requires both tokens, but either one names the session; its own guide sends only one.',
  },
  {
    operations: ['POST /customer/{tenant}/login', 'GET /customer/{tenant}/signup/optin/{token}'],
    aspect: 'response properties',
    ours: { '200 application/json initialPassword': 'boolean' },
    reason: 'The schema says string, the example and the meaning of initialPassword say boolean.',
  },
  {
    operations: [
      'GET /customer/{tenant}/refreshauthtoken',
      'GET /customer/{tenant}/validateauthtoken',
      'POST /customer/{tenant}/exchangeauthtoken',
    ],
    aspect: 'parameters',
    ours: { 'header:Authorization': undefined },
    reason: 'OpenAPI 3 ignores a header parameter Authorization; our security requirement covers it.',
  },
  {
    operations: ['POST /customer/{tenant}/exchangeauthtoken'],
    aspect: 'security',
    ours: { [NO_TOKEN]: undefined },
    reason: 'The contract requires the anonymous token in a header, but omits it from the security requirements.',
  },
  {
    operations: ['POST /customer/{tenant}/socialLogin'],
    aspect: 'parameters',
    ours: { 'query:redirect_uri': 'string' },
    reason: 'The provider has a default redirect URI, which applies if the storefront sends none.',
  },
  {
    operations: [
      'DELETE /customer/{tenant}/customers/{customerNumber}',
      'DELETE /customer/{tenant}/customers/{customerNumber}/addresses/{addressId}',
    ],
    aspect: 'request properties',
    ours: { 'application/json': undefined },
    reason: 'The body of a DELETE has no meaning and is ignored.',
  },
  {
    operations: ['POST /customer/{tenant}/customers/{customerNumber}/addresses/{addressId}/tags'],
    aspect: 'security',
    ours: { [NO_TOKEN]: undefined },
    reason: 'The contract omits the token that it requires to remove tags; adding tags requires one, too.',
  },
  {
    operations: [
      ...(Object.keys(sessionContext.operations) as OperationName[]),
      ...(Object.keys(companies.operations) as OperationName[]),
    ],
    aspect: 'statuses',
    ours: { 500: undefined },
    reason: 'Any request can fail with 500; no operation documents it separately.',
  },
  ...companies.deviations,
];

function applyDeviations(name: OperationName, contract: Operation): Operation {
  return deviations
    .filter(({ operations }) => operations.includes(name))
    .reduce((operation, { aspect, ours }) => ({ ...operation, [aspect]: { ...operation[aspect], ...ours } }), contract);
}

function entriesOf(operations: Record<string, OperationFacts>) {
  return Object.entries(operations).map(([name, facts]) => ({
    name: name as OperationName,
    contract: expectationOf(facts),
  }));
}

const document = readDocument('openapi/emporix.json');

const entries = [
  ...entriesOf(customerManaged.operations),
  ...entriesOf(tenantManaged.operations),
  ...entriesOf(sessionContext.operations),
  ...entriesOf(companies.operations),
];

describe.each(entries)('$name', ({ name, contract }) => {
  it.each(aspects)('%s', (aspect) => {
    const ours = operationOf(document, name);
    expect(differences(applyDeviations(name, contract)[aspect], ours[aspect])).toEqual([]);
  });
});

describe('the security schemes', () => {
  it.each(
    Object.entries({
      ...customerManaged.schemes,
      ...tenantManaged.schemes,
      ...sessionContext.schemes,
      ...companies.schemes,
    }),
  )('%s', (name, scheme) => {
    // Ours may offer more flows: employees log in with a password.
    expect(schemeOf(document, name)?.split(' ')).toEqual(expect.arrayContaining(scheme.split(' ')));
  });
});

describe('the contract facts', () => {
  it('contain every operation of the contracts', () => {
    expect(Object.keys(customerManaged.operations)).toHaveLength(25);
    expect(Object.keys(tenantManaged.operations)).toHaveLength(19);
    expect(Object.keys(sessionContext.operations)).toHaveLength(8);
    expect(Object.keys(companies.operations)).toHaveLength(17);
  });

  it.each([
    ['parameters', 40],
    ['security', 24],
    ['request properties', 140],
    ['statuses', 80],
    ['response properties', 700],
  ] as const)('contain a plausible number of %s', (aspect, least) => {
    const count = entries.reduce((sum, { contract }) => sum + Object.keys(contract[aspect]).length, 0);
    expect(count).toBeGreaterThanOrEqual(least);
  });

  it.each(deviations)('contain what we deviate from: $reason', ({ operations, aspect, ours }) => {
    for (const name of operations) {
      const contract = entries.find((operation) => operation.name === name)?.contract;
      expect(contract?.[aspect]).not.toMatchObject(ours);
      expect(Object.keys(contract?.[aspect] ?? {})).toEqual(expect.arrayContaining(Object.keys(ours)));
    }
  });
});
