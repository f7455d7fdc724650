import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Config } from './config/config.js';
import { firstDialect } from './app.module.js';
import { createGlueDocument } from './glue/openapi.js';
import { securitySchemes } from './sessions/access.js';

/**
 * A handler's `@Access` says again what its class has said. Of two tokens that are authorised, Swagger UI sends the
 * last one that fits: a customer's, rather than the visitor's that it came from.
 */
function distinct(requirements: SecurityRequirementObject[]): SecurityRequirementObject[] {
  const names = [...new Set(requirements.map((requirement) => JSON.stringify(requirement)))].sort();
  return names.map((name) => JSON.parse(name) as SecurityRequirementObject);
}

type SecurityRequirementObject = NonNullable<OpenAPIObject['security']>[number];

/** The guard takes it from the path, so that no handler names it. */
const tenantParameter = {
  name: 'tenant',
  in: 'path' as const,
  required: true,
  schema: { type: 'string' as const, pattern: '^[a-z][a-z0-9]+$', minLength: 3, maxLength: 16, example: 'demo' },
};

/** What a token of staff may be for, told to a person. */
const staffScopes = {
  'customer.customer_read': 'Read customers',
  'customer.customer_manage': 'Change customers',
  'customer.import_read': 'Read imports',
  'customer.import_manage': 'Import customers',
  'customer.assistedBuying_manage': 'Act for customers',
  'customermanagement.legalentity_read': 'Read companies',
  'customermanagement.legalentity_manage': 'Change companies',
  'customermanagement.contactassignment_read': 'Read who belongs to companies',
  'customermanagement.contactassignment_manage': 'Change who belongs to companies',
  'sessioncontext.context_manage': 'See and change session contexts',
  'foyer.admin': 'Employees, clients and settings',
};

/** The OpenAPI document of the first dialect, made from the controllers and their DTOs. */
export function createDocument(app: NestFastifyApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('Foyer: customer accounts')
    .setDescription(
      'Sign-up, login, sessions, profiles, addresses and credentials of the customers of headless shops. ' +
        'Start with `GET /customerlogin/auth/anonymous/login`, and put its `access_token` under *Authorize*. ' +
        'The dialect of Spryker Glue is at [/docs/glue](/docs/glue).',
    )
    .setVersion('1')
    .addTag('auth', 'Storefront: visitors, sign-up, login, refresh, logout')
    .addTag('customers', "Storefront: the customer's own profile")
    .addTag('addresses', "Storefront: the customer's own addresses")
    .addTag('consents', 'Storefront: what the customer has agreed to')
    .addTag('session-context', 'Storefront and services: what a session brings along')
    .addTag('credentials', 'Storefront: passwords and login e-mail')
    .addTag('employee', 'Staff: tokens, customers and their addresses, acting for customers')
    .addTag('companies', 'Staff: companies and who belongs to them; customers see their own')
    .addTag('import', 'Staff: customers and passwords of other systems')
    .addTag('admin', 'Staff: employees, clients and settings of the tenant')
    .addTag('privacy', 'Both: everything that is known of a customer, and its erasure')
    .addTag('sessions', 'Services: the keys that tokens are verified with')
    .addTag('health', 'Operator: whether the service lives and is ready')
    .addSecurity(securitySchemes.anonymous, {
      ...{ type: 'http', scheme: 'bearer' },
      description: "A visitor's: `access_token` of `GET /customerlogin/auth/anonymous/login`.",
    })
    .addSecurity(securitySchemes.customer, {
      ...{ type: 'http', scheme: 'bearer' },
      description: "A customer's: `access_token` of `POST /customer/{tenant}/login`.",
    })
    .addSecurity(securitySchemes.staff, {
      type: 'oauth2',
      description:
        'With clientCredentials a service by its id and secret, in the demo `demo-service` and the secret that it prints ' +
        'at its start. With password an employee by e-mail and password, at a storefront client without a secret, in the ' +
        'demo `demo-storefront`.',
      flows: {
        clientCredentials: { tokenUrl: '/oauth/token', scopes: staffScopes },
        password: { tokenUrl: '/oauth/token', scopes: staffScopes },
      },
    })
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    include: firstDialect,
    operationIdFactory: (controller, method) => `${controller.replace('Controller', '')}_${method}`,
  });
  for (const [path, item] of Object.entries(document.paths)) {
    if (path.includes('{tenant}')) item.parameters = [tenantParameter];
    for (const operation of [item.get, item.post, item.put, item.patch, item.delete]) {
      if (operation?.security) operation.security = distinct(operation.security);
    }
  }
  return document;
}

/**
 * Swagger UI at `/docs`, where `/` leads, the document at `/docs/json`; of the second dialect at `/docs/glue` and
 * `/docs/glue/json`.
 */
export function serveDocuments(app: NestFastifyApplication, config: Config): void {
  const options = {
    swaggerOptions: { persistAuthorization: config.mode !== 'production', tryItOutEnabled: true },
  };
  // Who opens the address of the service in a browser wants to know what it is.
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/', (_request, reply) => reply.redirect('/docs'));
  SwaggerModule.setup('docs/glue', app, () => createGlueDocument(app), {
    ...options,
    customSiteTitle: 'Foyer: Glue dialect',
    jsonDocumentUrl: 'docs/glue/json',
  });
  SwaggerModule.setup('docs', app, () => createDocument(app), {
    ...options,
    customSiteTitle: 'Foyer: Emporix dialect',
    jsonDocumentUrl: 'docs/json',
  });
}
