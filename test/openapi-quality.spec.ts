import { globSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

/** The parts of an OpenAPI 3.0 document that the rules concern. */
interface Document {
  paths: Record<string, Record<string, Operation> & { parameters?: Parameter[] }>;
  components: object;
}

interface Operation {
  operationId: string;
  summary?: string;
  parameters?: Parameter[];
  responses: Record<string, { description: string; content?: Record<string, { schema?: Node }> }>;
}

interface Parameter {
  in: string;
  name: string;
  description?: string;
}

/** A schema, or an object with a schema: a parameter, a header or the content of a body. */
interface Node {
  $ref?: string;
  schema?: object;
  properties?: Record<string, { description?: string }>;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

const VERBS =
  'Activates|Adds|Approves|Assigns|Changes|Checks|Confirms|Creates|Deactivates|Deletes|Ends|Erases|Exchanges|Exports|Imports|Issues|Links|Lists|Logs|' +
  'Mails|Records|Refreshes|Rejects|Removes|Replaces|Requests|Returns|Revokes|Searches|Sends|Sets|Signs|Starts|Undoes|Unlinks|Unlocks|' +
  'Updates|Validates';
const SUMMARY = new RegExp(`^(${VERBS}) [^\`]*[^\`.]$`);

describe.each(['emporix', 'glue'])('the document openapi/%s.json', (name) => {
  const document = documentOf(name);
  const operations = operationsOf(document);

  it('summarises each operation in a short phrase that starts with a verb', () => {
    const violations = operations.filter(({ summary = '' }) => !SUMMARY.test(summary) || summary.length > 70);
    expect(violations.map(({ where, summary }) => `${where}: ${summary}`)).toEqual([]);
  });

  it('gives each operation a unique camelCase id', () => {
    const ids = operations.map(({ operationId }) => operationId);
    const violations = ids.filter((id, index) => !/^([a-z]+[A-Z]?)+$/.test(id) || ids.indexOf(id) !== index);
    expect(violations).toEqual([]);
  });

  it('describes each parameter', () => {
    const violations = operations.flatMap(({ where, parameters }) =>
      parameters.filter(({ description }) => !description).map((parameter) => `${where}: ${parameter.name}`),
    );
    expect(violations).toEqual([]);
  });

  it('describes each successful response', () => {
    const violations = operations.flatMap(({ where, responses }) =>
      Object.keys(responses)
        .filter((status) => status.startsWith('2') && !responses[status]?.description)
        .map((status) => `${where}: ${status}`),
    );
    expect(violations).toEqual([]);
  });

  it('has the properties of each object', () => {
    const { schemas } = document.components as {
      schemas: Record<string, Node & { type?: string; additionalProperties?: unknown }>;
    };
    const empty = Object.keys(schemas).filter((schema) => {
      const { type, properties = {}, additionalProperties } = schemas[schema] ?? {};
      return type === 'object' && Object.keys(properties).length === 0 && additionalProperties === undefined;
    });
    // These requests have no attributes.
    expect(empty).toEqual(name === 'glue' ? ['NewTotpSecretAttributes', 'NewRecoveryCodesAttributes'] : []);
  });

  it('describes each property', () => {
    const violations = nodesOf(document).flatMap(([where, { properties = {} }]) =>
      Object.keys(properties)
        .filter((property) => !properties[property]?.description)
        .map((property) => `${where}: ${property}`),
    );
    expect(violations).toEqual([]);
  });

  it('contains only examples that are valid', () => {
    const ajv = new Ajv({ allErrors: true, strictTypes: false });
    addFormats.default(ajv);
    ajv.addVocabulary(['example', 'components']);
    const schemas = asJsonSchema(document);
    const violations = nodesOf(schemas).flatMap(([where, node]) =>
      examplesOf(node).flatMap((example) => {
        const validate = ajv.compile({ ...(node.schema ?? node), components: schemas.components });
        return validate(example) ? [] : [`${where}: ${JSON.stringify(example)}: ${ajv.errorsText(validate.errors)}`];
      }),
    );
    expect(violations).toEqual([]);
  });
});

// The generator reads an example as an expression, and omits it without a message if it is not valid.
it('examples in the sources that contain spaces are quoted, so that the documents contain them', () => {
  const examples = globSync(['src/**/*.dto.ts', 'src/tenants/*-settings.ts']).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/@example (.+?)(?: \*\/)?$/gm)].map(([, text = '']) => text),
  );
  expect(examples.length).toBeGreaterThan(100);
  expect(examples.filter((text) => /\s/.test(text) && !/^['"[{]/.test(text))).toEqual([]);
});

describe('the errors in the document openapi/glue.json', () => {
  const errors = operationsOf(documentOf('glue')).flatMap(({ where, responses }) =>
    Object.entries(responses)
      .filter(([status]) => Number(status) >= 400)
      .map(([status, response]) => ({ where, status, ...response })),
  );

  it('have the form of the Glue API', () => {
    const isError = ({ content }: (typeof errors)[number]) =>
      Object.entries(content ?? {}).every(
        ([type, { schema }]) =>
          type === 'application/vnd.api+json' && schema?.$ref === '#/components/schemas/ErrorsDto',
      );
    // The health check responds with its resource.
    const violations = errors.filter((error) => !isError(error) && error.where !== 'GET /health-check');
    expect(violations.map(({ where, status }) => `${where}: ${status}`)).toEqual([]);
  });

  it('are described', () => {
    expect(errors.filter(({ description }) => !description)).toEqual([]);
  });

  it('include 422 only where attributes have rules', () => {
    expect(
      errors
        .filter(({ status }) => status === '422')
        .map(({ where }) => where)
        .sort(),
    ).toEqual([
      'PATCH /customer-password/{customerReference}',
      'PATCH /customer-restore-password/{any}',
      'PATCH /customers/{customerReference}',
      'PATCH /customers/{customerReference}/addresses/{addressId}',
      'POST /access-tokens',
      'POST /company-user-access-tokens',
      'POST /customer-confirmation',
      'POST /customer-email-confirmation',
      'POST /customer-forgotten-password',
      'POST /customers',
      'POST /customers/{customerReference}/addresses',
      'POST /customers/{customerReference}/confirm-registration',
      'POST /refresh-tokens',
    ]);
  });
});

function documentOf(name: string): Document {
  return JSON.parse(readFileSync(new URL(`../openapi/${name}.json`, import.meta.url), 'utf8')) as Document;
}

function operationsOf({ paths }: Document) {
  return Object.entries(paths).flatMap(([path, { parameters: shared = [], ...item }]) =>
    Object.entries(item).map(([method, { parameters = [], ...operation }]) => ({
      ...operation,
      where: `${method.toUpperCase()} ${path}`,
      parameters: [...shared, ...parameters],
    })),
  );
}

/** Every schema in the document, and every object with a schema, with its path. */
function nodesOf(document: Document): [where: string, node: Node][] {
  const found: [string, Node][] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    found.push([path, value]);
    for (const [key, inner] of Object.entries(value)) {
      if (key !== 'example' && key !== 'examples') visit(inner, path ? `${path} ${key}` : key);
    }
  };
  visit(document, '');
  return found;
}

function examplesOf({ example, examples = {} }: Node): unknown[] {
  const named = Object.values(examples).map(({ value }) => value);
  return example === undefined ? named : [example, ...named];
}

/** Replaces `nullable`, which JSON Schema does not have. */
function asJsonSchema(document: Document): Document {
  return JSON.parse(JSON.stringify(document), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('nullable' in value)) return value;
    const { nullable, ...schema } = value;
    return nullable ? { anyOf: [schema, { type: 'null' }] } : schema;
  }) as Document;
}
