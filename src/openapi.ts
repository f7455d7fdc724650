import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, OpenAPIObject, SwaggerModule, getSchemaPath } from '@nestjs/swagger';
import { emporixModules } from './app.module.js';
import { describePathParameters } from './common/openapi.js';
import { isCompanyPath } from './emporix/company-errors.js';
import { CompanyErrorDto, ErrorMessageDto } from './emporix/errors.dto.js';
import { securitySchemes } from './sessions/access/access.js';
import { VERSION } from './version.js';

/**
 * Removes duplicates: a handler's `@Access` repeats the requirements of its class. If two tokens are authorised,
 * Swagger UI sends the last one that fits: the customer's token, not that of the visitor before the login.
 */
function distinct(requirements: SecurityRequirementObject[]): SecurityRequirementObject[] {
  const names = [...new Set(requirements.map((requirement) => JSON.stringify(requirement)))].sort();
  return names.map((name) => JSON.parse(name) as SecurityRequirementObject);
}

type SecurityRequirementObject = NonNullable<OpenAPIObject['security']>[number];

/** Documents the form of errors below `/customer-management`. Like the error filter, it selects them by the path. */
function replaceErrors(responses: OperationObject['responses']): void {
  for (const response of Object.values(responses)) {
    const content = response && 'content' in response ? response.content?.['application/json'] : undefined;
    if (content?.schema && '$ref' in content.schema && content.schema.$ref === getSchemaPath(ErrorMessageDto)) {
      content.schema = { $ref: getSchemaPath(CompanyErrorDto) };
    }
  }
}

type OperationObject = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** The guard reads it from the path, so no handler declares it. */
const tenantParameter = {
  name: 'tenant',
  in: 'path' as const,
  required: true,
  description: 'The name of the tenant.',
  schema: { type: 'string' as const, pattern: '^[a-z][a-z0-9]+$', minLength: 3, maxLength: 16, example: 'demo' },
};

/** The descriptions of path parameters. Each name has one meaning, unless a handler describes it. */
const pathParameters: Record<string, string> = {
  addressId: 'The id of the address.',
  attributeName: 'The name of the attribute.',
  clientId: 'The client id, with the name of the tenant: `{tenant}-{name}`.',
  contactAssignmentId: 'The id of the contact assignment.',
  customerNumber: 'The customer number, which is the `id` of the customer.',
  employeeId: 'The id of the employee.',
  identityId: 'The `id` of the identity in the list of identities.',
  kind: 'The kind of mail, such as `password-reset`.',
  language: 'The language tag (BCP 47), such as `de` or `de-AT`.',
  legalEntityId: 'The id of the legal entity.',
  locationId: 'The id of the location.',
  mailId: 'The id of the mail.',
  membershipRequestId: 'The id of the membership request.',
  noteId: 'The id of the note.',
  secretId: 'The id of the secret.',
  sessionId: 'The public session id.',
  token: 'The token from the mail.',
};

/** The descriptions of the scopes of employees and services. */
const scopeDescriptions = {
  'customer.customer_read': 'Read customers',
  'customer.customer_manage': 'Create, update and delete customers',
  'customer.import_read': 'Read the retention period of imported passwords',
  'customer.import_manage': 'Import customers and set the retention period of their passwords',
  'customer.assistedBuying_manage': 'Act for customers',
  'customermanagement.legalentity_read': 'Read legal entities and their contact assignments',
  'customermanagement.legalentity_manage': 'Create, update and delete legal entities and their contact assignments',
  'customermanagement.contactassignment_read': 'Read contact assignments',
  'customermanagement.contactassignment_manage': 'Create, update and delete contact assignments',
  'customermanagement.location_read': 'Read the locations of legal entities',
  'customermanagement.location_manage': 'Create, update and delete locations',
  'sessioncontext.context_manage': 'Read and update session contexts',
  'foyer.email_override': 'Change login e-mails of customers without a confirmation',
  'foyer.mails_manage': 'Read the outbox, retry mails and send mails to customers again',
  'foyer.activations_manage': 'Activate and decline customers',
  'customer.customer_read_own': 'Read customers of the company of the caller; no effect for a service',
  'customer.customer_manage_own': 'Manage customers of the company of the caller; no effect for a service',
  'customer.customer_create': 'Create a customer (deprecated; use customer.customer_manage)',
  'customer.customer_update': 'Update a customer (deprecated; use customer.customer_manage)',
  'customer.customer_delete': 'Delete a customer (deprecated; use customer.customer_manage)',
  'foyer.admin': 'Manage employees, clients and settings',
};

/** Creates the OpenAPI document of the Emporix API from the controllers and their DTOs. */
export function createDocument(app: NestFastifyApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('Foyer: customer accounts')
    .setDescription(
      'Sign-up, login, sessions, profiles, addresses and credentials of the customers of headless shops. ' +
        'Select a caller at the top of this page, or enter a token under *Authorize*. ' +
        'The Glue API is at [/docs/glue](/docs/glue).',
    )
    .setVersion(VERSION)
    .addTag('auth', 'Storefront: anonymous sessions, sign-up, login, refresh, logout')
    .addTag('customers', "Storefront: the customer's own profile")
    .addTag('addresses', "Storefront: the customer's own addresses")
    .addTag('consents', "Storefront: the customer's decisions on terms and other texts")
    .addTag('session-context', 'Storefront and services: site, currency, cart and other attributes of a session')
    .addTag('credentials', 'Storefront: password and login e-mail')
    .addTag('employee', 'Employees and services: tokens, customers, their addresses and history, assisted buying')
    .addTag('companies', 'Employees and services: legal entities and their customers. Customers can read their own')
    .addTag('import', 'Employees and services: customers and password hashes of other systems')
    .addTag(
      'admin',
      'Employees and services: employees, clients, settings, mail texts, outbox and audit log of the tenant',
    )
    .addTag('privacy', "Storefront and employees: export and erasure of a customer's data")
    .addTag('sessions', "Storefront: the customer's sessions. Services: the public keys that verify tokens")
    .addTag('health', 'Operators: liveness and readiness probes')
    .addSecurity(securitySchemes.anonymous, {
      type: 'http',
      scheme: 'bearer',
      description: 'The `access_token` of `GET /customerlogin/auth/anonymous/login`.',
    })
    .addSecurity(securitySchemes.customer, {
      type: 'http',
      scheme: 'bearer',
      description: 'The `access_token` of `POST /customer/{tenant}/login`.',
    })
    .addSecurity(securitySchemes.staff, {
      type: 'oauth2',
      description:
        'A service uses the flow `clientCredentials` with its client id and secret. In the demo, the client id is ' +
        '`demo-service`, and the demo prints the secret when it starts. An employee uses the flow `password` with ' +
        'e-mail, password and the id of a storefront client, which is `demo-storefront` in the demo.',
      flows: {
        clientCredentials: { tokenUrl: '/oauth/token', scopes: scopeDescriptions },
        password: { tokenUrl: '/oauth/token', scopes: scopeDescriptions },
      },
    })
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    include: emporixModules,
    operationIdFactory: (_controller, handler) => handler,
    extraModels: [CompanyErrorDto],
  });
  for (const [path, item] of Object.entries(document.paths)) {
    if (path.includes('{tenant}')) item.parameters = [tenantParameter];
    for (const operation of [item.get, item.post, item.put, item.patch, item.delete]) {
      if (operation?.security) operation.security = distinct(operation.security);
      if (operation && isCompanyPath(path)) replaceErrors(operation.responses);
    }
  }
  describePathParameters(document, pathParameters);
  return document;
}
