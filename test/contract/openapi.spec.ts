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

/** How the document falls short of the contract with something changed. */
function shortcomings(aspect: Aspect, change: Partial<OperationFacts> = {}): string[] {
  const expected = expectationOf({ ...contract, ...change });
  return differences(expected[aspect], operationOf(document, 'POST /shops/{shop}/visitors')[aspect]);
}

describe('flatten', () => {
  it('follows references, parts and arrays', () => {
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

  it('joins alternatives, leaves null out and calls a missing type any', () => {
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

  it('names the values of a map', () => {
    expect(flatten(document, { type: 'object', additionalProperties: { type: 'string' } })).toEqual({
      '': 'object',
      '*': 'string',
    });
  });

  it('ends at a schema that holds itself', () => {
    expect(flatten(document, { $ref: '#/components/schemas/Folder' })).toEqual({ '': 'object', parent: 'any' });
  });

  it('refuses a reference to nothing', () => {
    expect(() => flatten(document, { $ref: '#/components/schemas/Nobody' })).toThrow('#/components/schemas/Nobody');
  });

  it('speaks as flattenShape does', () => {
    expect(flattenShape(visitor)).toEqual({
      ...flatten(document, { $ref: '#/components/schemas/Visitor' }),
      age: 'number',
    });
  });
});

describe('operationOf', () => {
  it('reads parameters, security, content and statuses', () => {
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

  it('tells an open operation from a shut one', () => {
    expect(operationOf(document, 'GET /shops/{shop}/visitors').security).toEqual({ 'no token': 'accepted' });
    expect(operationOf(document, 'DELETE /shops/{shop}/visitors').security).toEqual({
      'Key and Bearer': 'accepted',
      'no token': 'accepted',
    });
  });

  it('names an operation that is missing', () => {
    expect(() => operationOf(document, 'GET /shops')).toThrow('the document has no operation GET /shops');
  });
});

describe('schemeOf', () => {
  it('says what a security scheme is', () => {
    expect(schemeOf(document, 'Bearer')).toBe('http bearer');
    expect(schemeOf(document, 'OAuth2')).toBe('oauth2 clientCredentials');
    expect(schemeOf(document, 'Nothing')).toBeUndefined();
  });
});

describe('differences', () => {
  it.each(['parameters', 'security', 'request properties', 'statuses', 'response properties'] as const)(
    'finds none in the %s of a document that keeps the contract',
    (aspect) => {
      expect(shortcomings(aspect)).toEqual([]);
    },
  );

  it('lets the document hold more', () => {
    expect(shortcomings('request properties', { request: json({ name: 'string' }) })).toEqual([]);
    expect(shortcomings('parameters', { query: {} })).toEqual([]);
    expect(shortcomings('statuses', { responses: {} })).toEqual([]);
  });

  it('reports a missing property', () => {
    const request = json({ friends: [{ 'name nickname': 'string' }] });
    expect(shortcomings('request properties', { request })).toEqual(['application/json friends[].nickname is missing']);
  });

  it('reports a missing content type', () => {
    expect(shortcomings('request properties', { request: { 'text/plain': 'string' } })).toEqual([
      'text/plain is missing',
    ]);
  });

  it('reports a missing status', () => {
    expect(shortcomings('statuses', { responses: { 201: {}, 404: {} } })).toEqual(['404 is missing']);
  });

  it('reports a missing parameter and one in the wrong place', () => {
    expect(shortcomings('parameters', { query: { page: 'integer' }, header: { notify: 'boolean' } })).toEqual([
      'query:page is missing',
      'header:notify is missing',
    ]);
  });

  it('reports a missing security scheme', () => {
    expect(shortcomings('security', { security: ['OAuth2 read write'] })).toEqual(['OAuth2 is missing']);
    expect(shortcomings('security', { security: [] })).toEqual(['no token is missing']);
  });

  it('reports a wrong type', () => {
    expect(shortcomings('request properties', { request: json({ age: 'string' }) })).toEqual([
      'application/json age is integer instead of string',
    ]);
    expect(shortcomings('response properties', { responses: { 201: json([{ id: 'string' }]) } })).toEqual([
      '201 application/json is object instead of array',
      '201 application/json [] is missing',
      '201 application/json [].id is missing',
    ]);
  });

  it('takes an integer for a number, but no number for an integer', () => {
    expect(differences({ age: 'number' }, { age: 'integer' })).toEqual([]);
    expect(differences({ age: 'integer' }, { age: 'number' })).toEqual(['age is number instead of integer']);
  });

  it('lets the document require less, but not more', () => {
    expect(differences({ q: 'string required' }, { q: 'string' })).toEqual([]);
    expect(differences({ q: 'string' }, { q: 'string required' })).toEqual(['q is string required instead of string']);
    expect(differences({}, { q: 'string required' })).toEqual(['q is required, the contract does not have it']);
  });

  it('asks nothing where the contract is withdrawn', () => {
    expect(differences({ q: undefined }, {})).toEqual([]);
  });
});
