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
  /** What we promise instead; `undefined` is nothing. */
  ours: Facts;
  reason: string;
}

/** Where we differ from the vendor's contract by decision. */
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
    reason: 'OpenAPI 3 ignores a header parameter Authorization; our security requirement says it.',
  },
  {
    operations: ['POST /customer/{tenant}/exchangeauthtoken'],
    aspect: 'security',
    ours: { [NO_TOKEN]: undefined },
    reason: 'The contract asks for the anonymous token in a header, and forgot to say so where security is told.',
  },
  {
    operations: ['POST /customer/{tenant}/socialLogin'],
    aspect: 'parameters',
    ours: { 'query:redirect_uri': 'string' },
    reason: 'The provider has a default redirect URI, which stands in where the storefront names none.',
  },
  {
    operations: [
      'DELETE /customer/{tenant}/customers/{customerNumber}',
      'DELETE /customer/{tenant}/customers/{customerNumber}/addresses/{addressId}',
    ],
    aspect: 'request properties',
    ours: { 'application/json': undefined },
    reason: 'The body of a DELETE says nothing; whatever comes in one is ignored.',
  },
  {
    operations: ['POST /customer/{tenant}/customers/{customerNumber}/addresses/{addressId}/tags'],
    aspect: 'security',
    ours: { [NO_TOKEN]: undefined },
    reason: 'The contract forgot the token that it asks for when tags are removed; nobody may tag without one.',
  },
  {
    operations: [
      'POST /customer/{tenant}/config/password-migration-retention',
      ...(Object.keys(sessionContext.operations) as OperationName[]),
      ...(Object.keys(companies.operations) as OperationName[]),
    ],
    aspect: 'statuses',
    ours: { 500: undefined },
    reason: 'A failure of the service may meet any request; no operation announces its own.',
  },
  ...companies.deviations,
];

function decided(name: OperationName, contract: Operation): Operation {
  return deviations
    .filter(({ operations }) => operations.includes(name))
    .reduce((operation, { aspect, ours }) => ({ ...operation, [aspect]: { ...operation[aspect], ...ours } }), contract);
}

function listed(operations: Record<string, OperationFacts>) {
  return Object.entries(operations).map(([name, facts]) => ({
    name: name as OperationName,
    contract: expectationOf(facts),
  }));
}

const document = readDocument('openapi/emporix.json');

const checked = [
  ...listed(customerManaged.operations),
  ...listed(tenantManaged.operations),
  ...listed(sessionContext.operations),
  ...listed(companies.operations),
];

describe.each(checked)('$name', ({ name, contract }) => {
  it.each(aspects)('%s', (aspect) => {
    const ours = operationOf(document, name);
    expect(differences(decided(name, contract)[aspect], ours[aspect])).toEqual([]);
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
    // Ours may offer more ways to a token: employees come by password.
    expect(schemeOf(document, name)?.split(' ')).toEqual(expect.arrayContaining(scheme.split(' ')));
  });
});

describe('the facts', () => {
  it('hold every operation of the contracts', () => {
    expect(Object.keys(customerManaged.operations)).toHaveLength(25);
    expect(Object.keys(tenantManaged.operations)).toHaveLength(19);
    expect(Object.keys(sessionContext.operations)).toHaveLength(8);
    expect(Object.keys(companies.operations)).toHaveLength(11);
  });

  it.each([
    ['parameters', 40],
    ['security', 24],
    ['request properties', 140],
    ['statuses', 80],
    ['response properties', 700],
  ] as const)('hold a sensible number of %s', (aspect, least) => {
    const count = checked.reduce((sum, { contract }) => sum + Object.keys(contract[aspect]).length, 0);
    expect(count).toBeGreaterThanOrEqual(least);
  });

  it.each(deviations)('hold what we deviate from: $reason', ({ operations, aspect, ours }) => {
    for (const name of operations) {
      const contract = checked.find((operation) => operation.name === name)?.contract;
      expect(contract?.[aspect]).not.toMatchObject(ours);
      expect(Object.keys(contract?.[aspect] ?? {})).toEqual(expect.arrayContaining(Object.keys(ours)));
    }
  });
});
