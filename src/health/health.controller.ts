import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Access } from '../sessions/access/access.js';
import { HealthDto } from './health.dto.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Access('public')
@Controller('health')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Returns 200 while the process is alive */
  @Get('live')
  @ApiOkResponse({ description: 'The process is alive.' })
  checkLiveness(): HealthDto {
    return { status: 'ok' };
  }

  /**
   * Returns 200 while the service is ready
   *
   * @remarks
   * The service is ready unless it is stopping, or the database rejects its connections or is read-only.
   */
  @Get('ready')
  @ApiServiceUnavailableResponse({
    description: 'The service is stopping, or the database is unavailable or read-only.',
  })
  @ApiReturns('The service is ready.')
  async checkReadiness(): Promise<HealthDto> {
    const problem = await this.readiness.problem();
    if (problem) throw new ServiceUnavailableException(problem);
    return { status: 'ok' };
  }
}
