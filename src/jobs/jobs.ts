import { setTimeout as sleep } from 'node:timers/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import { BeforeApplicationShutdown, Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';
import { CronExpressionParser } from 'cron-parser';
import { CompiledQuery, type Transaction } from 'kysely';
import { JobWithMetadata, PgBoss, QueueOptions, QueuePolicy } from 'pg-boss';
import { Config } from '../config/config.js';
import { asJob } from '../database/connection-queue.js';
import { silenceOptions } from '../database/silence.js';
import { jobTimeouts, withTimeouts } from '../database/timeouts.js';
import { RequestScope } from '../tenants/request-scope.js';

/** How long a stop waits for running jobs. A job that is not done by then is retried by another process. */
const STOP_MILLISECONDS = 10_000;

/** A queue and the handler of its jobs. */
export interface Queue<Data extends object = object> {
  name: string;
  options: QueueOptions & { policy?: QueuePolicy };
  /** The handler. It is called in its own `RequestScope`. If it throws, the job is retried as the options specify. */
  work: (job: JobWithMetadata<Data>) => Promise<void>;
  /** A cron expression in UTC, for a job that is created by schedule. Only one of several processes creates it. */
  cron?: string;
}

/**
 * Background jobs. Each is run later, once, by any free process. Modules register their queues in `onModuleInit`, and
 * the process serves them. With `JOBS=off`, this is left to another process.
 */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('jobs');
  private readonly boss?: PgBoss;
  private readonly queues: Queue[] = [];

  constructor(
    private readonly em: EntityManager,
    config: Config,
  ) {
    if (!config.databaseUrl || !config.jobs) return;
    this.boss = new PgBoss({
      connectionString: withTimeouts(config.databaseUrl, jobTimeouts, config.databasePrepared),
      max: 2,
      ...silenceOptions(jobTimeouts),
      application_name: 'foyer-jobs',
      migrate: false,
      createSchema: false,
      schedule: true,
      supervise: true,
      // How soon a job is retried after its process died.
      superviseIntervalSeconds: 5,
      monitorIntervalSeconds: 5,
    });
    this.boss.on('error', (error) => this.logger.warn(`Job queue: ${error.message}`));
    this.boss.on('warning', ({ data }) => this.warnAboutClock(data));
  }

  /** Registers a queue. Must be called in `onModuleInit`. */
  register<Data extends object>(queue: Queue<Data>): void {
    this.queues.push(queue as unknown as Queue);
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.boss) return;
    await this.boss.start();
    for (const queue of this.queues) await this.startQueue(this.boss, queue);
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { boss } = this;
    if (!boss) return;
    // Workers without a job end immediately. `stop` alone would wait at least half a second.
    const ended = Promise.all(this.queues.map(({ name }) => boss.offWork(name)));
    await Promise.race([ended, sleep(STOP_MILLISECONDS, undefined, { ref: false })]);
    await boss.stop({ graceful: false });
  }

  /**
   * Runs each scheduled job that is due in a period, once. For a service whose clock is moved, with `jobs` off.
   *
   * @throws the error of the first job that fails
   */
  async runDue(after: Date, until: Date): Promise<void> {
    for (const { name, cron, work } of this.queues) {
      if (cron === undefined) continue;
      const next = CronExpressionParser.parse(cron, { currentDate: after, tz: 'UTC' }).next().toDate();
      // A scheduled job has no data.
      if (next <= until) await RequestScope.run(this.em, () => work({ name, data: {} } as JobWithMetadata<object>));
    }
  }

  /** Adds a job in the caller's transaction. The job is run if and only if the transaction commits. */
  async enqueue(queue: string, data: object): Promise<void> {
    const transaction = this.em.getTransactionContext<Transaction<unknown>>();
    if (!transaction) throw new Error('A job must be added in the transaction that it belongs to');
    if (!this.boss) throw new Error('A process with JOBS=off cannot add jobs');
    const executeSql = async (text: string, values?: unknown[]): Promise<{ rows: unknown[] }> =>
      transaction.executeQuery(CompiledQuery.raw(text, values));
    await this.boss.send(queue, data, { db: { executeSql } });
  }

  /** pg-boss compares the clocks at the start and every ten minutes, and reports a difference of a minute or more. */
  private warnAboutClock(data: { direction?: string; seconds?: number }): void {
    const { direction, seconds = 0 } = data;
    if (direction === undefined) return;
    const where = direction === 'faster' ? 'ahead of' : 'behind';
    this.logger.warn({ seconds: Math.round(seconds) }, `The clock of this process is ${where} that of the database`);
  }

  private async startQueue(boss: PgBoss, { name, options, work, cron }: Queue): Promise<void> {
    await boss.createQueue(name, options);
    // createQueue does not change the options of an existing queue. The policy of a queue cannot be changed.
    const { policy, ...changeable } = options;
    await boss.updateQueue(name, changeable);
    if (cron) await boss.schedule(name, cron);
    await boss.work(
      name,
      { pollingIntervalSeconds: cron ? 5 : 0.5, includeMetadata: true, burstWhenBatchFull: true },
      async ([job]: JobWithMetadata<object>[]) => {
        if (!job) return;
        await asJob(name, () => RequestScope.run(this.em, () => this.runLogged(name, () => work(job))));
      },
    );
  }

  /** pg-boss stores the errors and results of jobs. An error may contain a recipient, so only its kind is logged. */
  private async runLogged(queue: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { name, code } = error as Partial<Record<'name' | 'code', string>>;
      this.logger.warn({ queue, error: name, code }, 'A job failed');
      throw new Error('The job failed. See the log for the reason.');
    }
  }
}
