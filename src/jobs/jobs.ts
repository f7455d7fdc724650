import { EntityManager } from '@mikro-orm/postgresql';
import { BeforeApplicationShutdown, Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { JobWithMetadata, PgBoss, QueueOptions, QueuePolicy, fromKysely } from 'pg-boss';
import { Config } from '../config/config.js';
import { RequestScope } from '../tenants/request-scope.js';

/** A queue, and what is done with each of its jobs. */
export interface Queue<Data extends object = object> {
  name: string;
  options: QueueOptions & { policy?: QueuePolicy };
  /** Called in a request scope of its own. When it throws, the job is tried again as the options say. */
  work: (job: JobWithMetadata<Data>) => Promise<void>;
  /** When a job comes by itself, as cron has it, in UTC. Of several processes, one makes it. */
  cron?: string;
}

/**
 * What is done later, once, by whichever process is free. Modules name their queues in `onModuleInit`; the process then
 * serves them, unless `JOBS=off` leaves that to another one.
 */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('jobs');
  private readonly boss?: PgBoss;
  private readonly queues: Queue[] = [];

  constructor(
    private readonly em: EntityManager,
    private readonly config: Config,
  ) {
    // A process that does no jobs may still have mails to leave.
    if (!config.databaseUrl || !(config.jobs || config.smtpUrl)) return;
    this.boss = new PgBoss({
      connectionString: config.databaseUrl,
      max: 2,
      application_name: 'foyer-jobs',
      migrate: false,
      createSchema: false,
      schedule: config.jobs,
      supervise: config.jobs,
      // How soon a job is tried again whose process died over it.
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
    });
    this.boss.on('error', (error) => this.logger.warn(`Job queue: ${error.message}`));
  }

  /** Names a queue. To be called in `onModuleInit`. */
  serve<Data extends object>(queue: Queue<Data>): void {
    this.queues.push(queue as unknown as Queue);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.boss) return;
    await this.boss.start();
    for (const queue of this.queues) await this.open(this.boss, queue);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.boss?.stop({ graceful: true, timeout: 10_000 });
  }

  /** Leaves a job in the caller's transaction: it is done if and only if that commits. */
  async enqueue(queue: string, data: object): Promise<void> {
    const transaction = this.em.getTransactionContext<Parameters<typeof fromKysely>[0]>();
    if (!transaction) throw new Error('A job must be left in the transaction that it belongs to');
    await this.boss?.send(queue, data, { db: fromKysely(transaction) });
  }

  private async open(boss: PgBoss, { name, options, work, cron }: Queue): Promise<void> {
    await boss.createQueue(name, options);
    // A queue that was there keeps the options of its first start; how it orders its jobs never changes.
    const { policy, ...changeable } = options;
    await boss.updateQueue(name, changeable);
    if (!this.config.jobs) return;
    if (cron) await boss.schedule(name, cron);
    await boss.work(
      name,
      { pollingIntervalSeconds: cron ? 5 : 0.5, includeMetadata: true, burstWhenBatchFull: true },
      async ([job]: JobWithMetadata<object>[]) => {
        if (job) await RequestScope.run(this.em, () => work(job));
      },
    );
  }
}
