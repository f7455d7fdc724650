import { EntityManager } from '@mikro-orm/postgresql';
import { BeforeApplicationShutdown, Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiOkResponse, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import { Access } from '../sessions/access.js';
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

  /** The process is alive. */
  @Get('live')
  @ApiOkResponse({ description: 'Alive.' })
  live(): HealthDto {
    return { status: 'ok' };
  }

  /** The service can answer: it is not stopping, and the database can be reached. */
  @Get('ready')
  @ApiServiceUnavailableResponse({ description: 'Not now.' })
  async ready(): Promise<HealthDto> {
    if (this.stopping) throw new ServiceUnavailableException('The service is stopping');
    await this.em.getConnection().execute('select 1');
    return { status: 'ok' };
  }
}
