import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { securitySchemes } from '../sessions/access.js';
import { GlueModule } from './glue.module.js';

/** The OpenAPI document of the second dialect, made from its controllers and attributes. */
export function createGlueDocument(app: NestFastifyApplication): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('Foyer: the Glue dialect')
    .setDescription(
      'The Glue customer API of Spryker over the same customers. Start with `POST /access-tokens`, and put its ' +
        '`accessToken` under *Authorize*. The first dialect is at [/docs](/docs).',
    )
    .setVersion('1')
    .addTag('tokens', 'Storefront: login, refresh, logout')
    .addTag('customers', 'Storefront: sign-up and the own profile')
    .addTag('addresses', 'Storefront: the own addresses')
    .addTag('passwords', 'Storefront: passwords')
    .addTag('agents', 'Staff: employees who act in the storefront')
    .addSecurity(securitySchemes.customer, {
      ...{ type: 'http', scheme: 'bearer' },
      description: "A customer's: `accessToken` of `POST /access-tokens`.",
    })
    .addSecurity(securitySchemes.staff, {
      ...{ type: 'http', scheme: 'bearer' },
      description: "An agent's: `accessToken` of `POST /agent-access-tokens`.",
    })
    .build();
  return SwaggerModule.createDocument(app, settings, {
    include: [GlueModule],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
}
