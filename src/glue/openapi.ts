import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { securitySchemes } from '../sessions/access/access.js';
import { describePathParameters } from '../common/openapi.js';
import { GlueModule } from './glue.module.js';

/** The descriptions of path parameters. Each name has one meaning, unless a handler describes it. */
const pathParameters = {
  addressId: 'The id of the address.',
  customerReference: "The caller's customer reference, which is the id of the resource `customers`.",
};

/**
 * Creates the OpenAPI document of the Glue API from its controllers and attributes.
 *
 * @param version of the release
 */
export function createGlueDocument(app: NestFastifyApplication, version: string): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('Foyer: the Glue API')
    .setDescription(
      'The customer part of the Glue API of Spryker, for the same customers. Select a caller at the top of this page, ' +
        'or enter a token under *Authorize*. The numbers in parentheses are the values of `code` in an error. ' +
        'The Emporix API is at [/docs](/docs).',
    )
    .setVersion(version)
    .addTag('tokens', 'Storefront: login, refresh, logout')
    .addTag('customers', 'Storefront: sign-up and profile')
    .addTag('addresses', 'Storefront: address book')
    .addTag(
      'companies',
      'Storefront: company users, companies, business units and roles. The current company user is that of the token',
    )
    .addTag('passwords', 'Storefront: change and reset of the password')
    .addTag('multi-factor-auth', 'Storefront: second factors for changes to the account')
    .addTag('agents', 'Employees: agents who act for customers in the storefront')
    .addTag('health', 'Operators: the state of the services behind the API')
    .addSecurity(securitySchemes.customer, {
      type: 'http',
      scheme: 'bearer',
      description: 'The `accessToken` of `POST /access-tokens`.',
    })
    .addSecurity(securitySchemes.staff, {
      type: 'http',
      scheme: 'bearer',
      description: 'The `accessToken` of `POST /agent-access-tokens`.',
    })
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    include: [GlueModule],
    operationIdFactory: (_controller, handler) => handler,
  });
  describePathParameters(document, pathParameters);
  return document;
}
