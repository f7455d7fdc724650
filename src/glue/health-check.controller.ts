import { Controller, Get, Logger, Query, Res } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { Config } from '../config/config.js';
import { isUnavailable, unavailability } from '../database/unavailable.js';
import { Readiness } from '../health/readiness.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResource } from './api-docs.js';
import { HealthCheckAttributes } from './health-check.dto.js';
import type { QueryParameters } from './page.js';
import type { Resource } from './resource.js';

const TYPE = 'health-check';
/** The only service behind the Glue API that can fail by itself. */
const DATABASE = 'database';

@ApiTags('health')
@Controller(TYPE)
export class HealthCheckController {
  private readonly logger = new Logger('health');

  constructor(
    private readonly config: Config,
    private readonly readiness: Readiness,
  ) {}

  /**
   * Returns the state of the services behind the Glue API
   *
   * @remarks
   * The status is 200 if all of them are available, and 503 otherwise. It is 400 if `services` names no known service,
   * and 403 unless the environment variable `GLUE_HEALTH_CHECK` is `on`.
   */
  @Get()
  @GlueAccess('public', { tenantOptional: true })
  @ApiQuery({
    name: 'services',
    required: false,
    description: 'The services to check, separated by commas; all of them if omitted.',
    schema: { type: 'string', example: DATABASE },
  })
  @ApiResource(200, TYPE, HealthCheckAttributes, { list: true })
  @ApiResource(403, TYPE, HealthCheckAttributes, { list: true, description: 'The health check is off.' })
  @ApiResource(503, TYPE, HealthCheckAttributes, { list: true, description: 'A service is not available.' })
  @ApiErrors({ 400: 'None of the services is known: the response contains the resource instead of an error.' })
  @ApiReturns('A list of one resource with the state of the services.')
  async checkHealth(
    @Query() query: QueryParameters,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Resource[]> {
    const attributes = await this.check(query.services);
    void reply.status(attributes.statusCode);
    return [{ type: TYPE, id: null, path: TYPE, attributes }];
  }

  private async check(services: string | string[] | undefined): Promise<HealthCheckAttributes> {
    if (!this.config.glueHealthCheck) {
      return uncheckedFor(403, 'HealthCheck endpoints are disabled for all applications.');
    }
    const names = typeof services === 'string' && services !== '' ? services.split(',') : [DATABASE];
    if (!names.some((name) => name.trim() === DATABASE)) return uncheckedFor(400, 'Requested services not found.');
    const message = await this.problemOfDatabase();
    const isHealthy = message === null;
    return {
      status: isHealthy ? 'healthy' : 'unhealthy',
      statusCode: isHealthy ? 200 : 503,
      message: null,
      healthCheckServiceResponses: [{ name: DATABASE, status: isHealthy, message }],
    };
  }

  private async problemOfDatabase(): Promise<string | null> {
    try {
      return (await this.readiness.problem()) ?? null;
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      this.logger.warn(`The database is unavailable: ${unavailability(error)}`);
      return 'The database is not available';
    }
  }
}

function uncheckedFor(statusCode: number, message: string): HealthCheckAttributes {
  return { status: null, statusCode, message, healthCheckServiceResponses: [] };
}
