import { expectationOf, flattenShape, json, type OperationFacts } from './facts.js';
import { type Aspect, differences, type Document, flatten, operationOf, schemeOf } from './openapi.js';

const document: Document = {
  security: [{ Bearer: [] }],
  paths: {
    '/shops/{shop}/visitors': {
      parameters: [{ $ref: '#/components/parameters/shop' }],
      post: {
        parameters: [
          { in: 'query', name: 'notify', schema: { type: 'boolean' } },
          { in: 'header', name: 'Authorization', required: true, schema: { type: 'string' } },
        ],
        requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Visitor' } } } },
        responses: {
          '201': {
            headers: { Count: { schema: { type: 'integer' } } },
            content: { 'application/json': { schema: { type: 'object', properties: { id: { type: 'string' } } } } },
          },
          '409': { $ref: '#/components/responses/Taken' },
        },
      },
      get: { security: [], responses: { '204': {} } },
      delete: { security: [{ Key: [], Bearer: [] }, {}], responses: { '204': {} } },
    },
  },
  components: {
    parameters: { shop: { in: 'path', name: 'shop', required: true, schema: { type: 'string' } } },
    responses: {
      Taken: {
        content: { 'application/json': { schema: { type: 'object', properties: { message: { type: 'string' } } } } },
      },
    },
    schemas: {
      Named: { type: 'object', properties: { name: { type: 'string' } } },
      Visitor: {
        allOf: [{ $ref: '#/components/schemas/Named' }],
        properties: {
          age: { type: 'integer' },
          friends: { type: 'array', items: { $ref: '#/components/schemas/Named' } },
        },
      },
      Folder: { type: 'object', properties: { parent: { $ref: '#/components/schemas/Folder' } } },
    },
    securitySchemes: {
      Bearer: { type: 'http', scheme: 'bearer' },
      OAuth2: { type: 'oauth2', flows: { clientCredentials: {} } },
    },
  },
};

const visitor = { 'name!': 'string minLength=1', age: 'number', friends: [{ name: 'string' }] } as const;

const contract: OperationFacts = {
  security: ['Bearer'],
  path: { 'shop!': 'string' },
  query: { notify: 'boolean' },
  request: json(visitor),
  responses: { 201: json({ id: 'string' }), 409: json({ message: 'string' }) },
  responseHeaders: { 201: { Count: 'integer' } },
};

/** The differences between the document and the contract with a change. */
function mismatchesOf(aspect: Aspect, change: Partial<OperationFacts> = {}): string[] {
  const expected = expectationOf({ ...contract, ...change });
  return differences(expected[aspect], operationOf(document, 'POST /shops/{shop}/visitors')[aspect]);
}

describe('flatten', () => {
  it('resolves references, allOf and arrays', () => {
    expect(flatten(document, { type: 'array', items: { $ref: '#/components/schemas/Visitor' } })).toEqual({
      '': 'array',
      '[]': 'object',
      '[].name': 'string',
      '[].age': 'integer',
      '[].friends': 'array',
      '[].friends[]': 'object',
      '[].friends[].name': 'string',
    });
  });

  it('joins alternatives, omits null and returns any for a missing type', () => {
    expect(
      flatten(document, {
        properties: {
          either: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
          nullable: { anyOf: [{ type: 'string' }, { type: 'null' }] },
          perhaps: { type: ['boolean', 'null'] },
          untyped: {},
        },
      }),
    ).toEqual({ '': 'object', either: 'string|integer', nullable: 'string', perhaps: 'boolean', untyped: 'any' });
  });

  it('returns the values of a map as *', () => {
    expect(flatten(document, { type: 'object', additionalProperties: { type: 'string' } })).toEqual({
      '': 'object',
      '*': 'string',
    });
  });

  it('stops at a recursive schema', () => {
    expect(flatten(document, { $ref: '#/components/schemas/Folder' })).toEqual({ '': 'object', parent: 'any' });
  });

  it('rejects an unresolved reference', () => {
    expect(() => flatten(document, { $ref: '#/components/schemas/Nobody' })).toThrow('#/components/schemas/Nobody');
  });

  it('returns the same format as flattenShape', () => {
    expect(flattenShape(visitor)).toEqual({
      ...flatten(document, { $ref: '#/components/schemas/Visitor' }),
      age: 'number',
    });
  });
});

describe('operationOf', () => {
  it('returns parameters, security, content and statuses', () => {
    expect(operationOf(document, 'POST /shops/{shop}/visitors')).toEqual({
      parameters: { 'path:shop': 'string required', 'query:notify': 'boolean' },
      security: { Bearer: 'accepted' },
      'request properties': {
        'application/json': 'object',
        'application/json name': 'string',
        'application/json age': 'integer',
        'application/json friends': 'array',
        'application/json friends[]': 'object',
        'application/json friends[].name': 'string',
      },
      statuses: { '201': 'answered', '409': 'answered' },
      'response properties': {
        '201 header Count': 'integer',
        '201 application/json': 'object',
        '201 application/json id': 'string',
        '409 application/json': 'object',
        '409 application/json message': 'string',
      },
    });
  });

  it('distinguishes an operation without a token from a protected one', () => {
    expect(operationOf(document, 'GET /shops/{shop}/visitors').security).toEqual({ 'no token': 'accepted' });
    expect(operationOf(document, 'DELETE /shops/{shop}/visitors').security).toEqual({
      'Key and Bearer': 'accepted',
      'no token': 'accepted',
    });
  });

  it('throws an error that names a missing operation', () => {
    expect(() => operationOf(document, 'GET /shops')).toThrow('the document has no operation GET /shops');
  });
});

describe('schemeOf', () => {
  it('returns the type of a security scheme', () => {
    expect(schemeOf(document, 'Bearer')).toBe('http bearer');
    expect(schemeOf(document, 'OAuth2')).toBe('oauth2 clientCredentials');
    expect(schemeOf(document, 'Nothing')).toBeUndefined();
  });
});

describe('differences', () => {
  it.each(['parameters', 'security', 'request properties', 'statuses', 'response properties'] as const)(
    'returns none for the %s of a document that fulfils the contract',
    (aspect) => {
      expect(mismatchesOf(aspect)).toEqual([]);
    },
  );

  it('allows additional elements in the document', () => {
    expect(mismatchesOf('request properties', { request: json({ name: 'string' }) })).toEqual([]);
    expect(mismatchesOf('parameters', { query: {} })).toEqual([]);
    expect(mismatchesOf('statuses', { responses: {} })).toEqual([]);
  });

  it('reports a missing property', () => {
    const request = json({ friends: [{ 'name nickname': 'string' }] });
    expect(mismatchesOf('request properties', { request })).toEqual(['application/json friends[].nickname is missing']);
  });

  it('reports a missing content type', () => {
    expect(mismatchesOf('request properties', { request: { 'text/plain': 'string' } })).toEqual([
      'text/plain is missing',
    ]);
  });

  it('reports a missing status', () => {
    expect(mismatchesOf('statuses', { responses: { 201: {}, 404: {} } })).toEqual(['404 is missing']);
  });

  it('reports a missing parameter and one in the wrong place', () => {
    expect(mismatchesOf('parameters', { query: { page: 'integer' }, header: { notify: 'boolean' } })).toEqual([
      'query:page is missing',
      'header:notify is missing',
    ]);
  });

  it('reports a missing security scheme', () => {
    expect(mismatchesOf('security', { security: ['OAuth2 read write'] })).toEqual(['OAuth2 is missing']);
    expect(mismatchesOf('security', { security: [] })).toEqual(['no token is missing']);
  });

  it('reports a wrong type', () => {
    expect(mismatchesOf('request properties', { request: json({ age: 'string' }) })).toEqual([
      'application/json age is integer instead of string',
    ]);
    expect(mismatchesOf('response properties', { responses: { 201: json([{ id: 'string' }]) } })).toEqual([
      '201 application/json is object instead of array',
      '201 application/json [] is missing',
      '201 application/json [].id is missing',
    ]);
  });

  it('accepts an integer for a number, but not a number for an integer', () => {
    expect(differences({ age: 'number' }, { age: 'integer' })).toEqual([]);
    expect(differences({ age: 'integer' }, { age: 'number' })).toEqual(['age is number instead of integer']);
  });

  it('allows the document to require less, but not more', () => {
    expect(differences({ q: 'string required' }, { q: 'string' })).toEqual([]);
    expect(differences({ q: 'string' }, { q: 'string required' })).toEqual(['q is string required instead of string']);
    expect(differences({}, { q: 'string required' })).toEqual(['q is required, the contract does not have it']);
  });

  it('ignores facts of the contract that are undefined', () => {
    expect(differences({ q: undefined }, {})).toEqual([]);
  });
});
