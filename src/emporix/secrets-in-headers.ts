import { CanActivate, ExecutionContext, Injectable, SetMetadata, UseGuards, applyDecorators } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader, ApiQuery } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { invalid } from '../common/failure.js';
import { TenantsService } from '../tenants/tenants.service.js';

const SECRETS = Symbol('secrets');

type Values = Record<string, unknown>;

/**
 * Names the secrets in a route's query. Each of them may be sent in a header instead, because proxies, browsers and
 * logs store URLs. A strict tenant accepts them only in headers.
 *
 * @example `@SecretsInHeaders({ refreshToken: 'Refresh-Token' })`
 */
export function SecretsInHeaders(headers: Record<string, string>): MethodDecorator {
  return applyDecorators(
    SetMetadata(SECRETS, headers),
    UseGuards(SecretsGuard),
    ...Object.entries(headers).flatMap(([parameter, name]) => [
      ApiQuery({ name: parameter, required: false }),
      ApiHeader({
        name,
        required: false,
        schema: { type: 'string' },
        description: `Replaces \`${parameter}\` in the query. A \`strict\` tenant accepts only the header.`,
      }),
    ]),
  );
}

@Injectable()
export class SecretsGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tenants: TenantsService,
  ) {}

  /** @throws Failure `invalid_input` with the parameter, and the header to use */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { query, params, headers } = context.switchToHttp().getRequest<FastifyRequest<{ Querystring: Values }>>();
    const { tenant = query.tenant } = params as Values;
    const strict = typeof tenant === 'string' && (await this.tenants.settingsOf(tenant))?.strict;
    const secrets = this.reflector.get<Record<string, string>>(SECRETS, context.getHandler());
    for (const [parameter, header] of Object.entries(secrets)) {
      if (strict && query[parameter] !== undefined) {
        throw invalid(parameter, `${parameter} must not be in the URL: send it in the header ${header}`);
      }
      query[parameter] ??= headers[header.toLowerCase()];
    }
    return true;
  }
}
