import { EntityManager } from '@mikro-orm/postgresql';
import { BeforeApplicationShutdown, Injectable } from '@nestjs/common';

/** Whether the service can serve requests. */
@Injectable()
export class Readiness implements BeforeApplicationShutdown {
  private stopping = false;

  constructor(private readonly em: EntityManager) {}

  beforeApplicationShutdown(): void {
    this.stopping = true;
  }

  /**
   * @returns why the service is not ready; undefined if the database is not read-only and the service is not stopping
   * @throws if the database is not available
   */
  async problem(): Promise<string | undefined> {
    if (this.stopping) return 'The service is stopping';
    // This setting is also on while the server recovers or is a standby.
    const readOnly = `select current_setting('transaction_read_only')::boolean as "readOnly"`;
    const [row] = await this.em.getConnection().execute<{ readOnly: boolean }[]>(readOnly);
    return row?.readOnly === false ? undefined : 'The database is read-only';
  }
}
