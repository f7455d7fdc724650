import { EntityManager } from '@mikro-orm/postgresql';
import { BeforeApplicationShutdown, Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Access } from '../sessions/access/access.js';
import { HealthDto } from './health.dto.js';

@ApiTags('health')
@Access('public')
@Controller('health')
export class HealthController implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(private readonly em: EntityManager) {}

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

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
   * The service is ready while it can write to the database and is not stopping.
   */
  @Get('ready')
  @ApiServiceUnavailableResponse({ description: 'The service is stopping, or cannot write to the database.' })
  @ApiReturns('The service is ready.')
  async checkReadiness(): Promise<HealthDto> {
    if (this.stopping) throw new ServiceUnavailableException('The service is stopping');
    // This setting is also on while the server recovers or is a standby.
    const readOnly = `select current_setting('transaction_read_only')::boolean as "readOnly"`;
    const [row] = await this.em.getConnection().execute<{ readOnly: boolean }[]>(readOnly);
    if (row?.readOnly !== false) throw new ServiceUnavailableException('The database is read-only');
    return { status: 'ok' };
  }
}
