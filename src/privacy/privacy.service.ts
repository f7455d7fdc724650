import type { Readable } from 'node:stream';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { Clock } from '../common/clock.js';
import { ExportSlots } from '../common/export-slots.js';
import { Failure } from '../common/failure.js';
import { pacedStream } from '../common/paced-stream.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { CustomersService } from '../customers/customers.service.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import type { Caller } from '../sessions/access/caller.js';
import { Session } from '../sessions/session.entity.js';
import type { Reach } from '../tenants/reach.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type ExportRow, type ExportedCustomer, customerQuery, exportSections, pieceQuery } from './export.sql.js';

/** The maximum age, in seconds, of the login of a customer who has no password. */
const MAX_LOGIN_AGE = 600;

/** The maximum number of connections that read the database for exports, whatever the number of exports. */
const readers = pLimit(2);

/** The right of access (GDPR, article 15): a customer gets all stored data after proof of identity. */
@Injectable()
export class PrivacyService {
  private readonly slots = new ExportSlots();

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly customers: CustomersService,
    private readonly accounts: AccountsService,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Streams everything that is stored about a customer: its rows in all tables, without secrets and their hashes. The
   * rows are read in pieces of at most a few hundred KiB, each when the client has read the one before. No connection
   * is held in between, so the pieces are not a snapshot of one moment.
   *
   * @returns a JSON object in UTF-8
   * @throws Failure `customer_not_found`, `overloaded`
   */
  async export(customerId: string, reach: Reach): Promise<Readable> {
    await this.customers.assertVisible(customerId, reach);
    const exported = { tenant: this.tenants.current, id: customerId };
    const release = this.slots.take(exported.tenant, customerId);
    try {
      const customer = await readers(() => customerQuery(this.em, exported).executeTakeFirst());
      if (!customer) throw new Failure('customer_not_found', { facts: { customer: customerId } });
      await this.history.record(customerId, 'customer_exported');
      this.securityLog.record('customer_exported', { customer: customerId });
      return pacedStream((taken) => this.pieces(customer.json, exported, taken)).once('close', release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /**
   * Authenticates the caller again: by the password or, without a password, by a recent login.
   *
   * @throws Failure `password_wrong`, `login_locked`
   */
  async reauthenticate(
    { id, sessionId }: Pick<Caller, 'id' | 'sessionId'>,
    password: string,
    origin: Origin,
  ): Promise<void> {
    const account = await this.accounts.withPassword(id);
    if (account) return this.accounts.assertPassword(account, password, origin);
    const session = await this.em.findOne(Session, { id: sessionId });
    if (!session || session.createdAt < this.clock.in(-MAX_LOGIN_AGE)) throw new Failure('password_wrong');
  }

  /** @param taken is called when the client requests the next piece */
  private async *pieces(json: string, customer: ExportedCustomer, taken: () => void): AsyncGenerator<string> {
    yield `{"customer":${json}`;
    for (const section of exportSections) {
      let last: ExportRow | undefined;
      let text = `,"${section.name}":[`;
      let found: ExportRow[];
      do {
        taken();
        const after = last?.key;
        found = await readers(() => pieceQuery(this.em, section, customer, after).execute());
        const list = found.map((row) => row.json).join(',');
        yield text + (last && list ? ',' : '') + list;
        text = '';
        last = found.at(-1);
      } while (last && found.length === section.rows);
      yield ']';
    }
    yield '}';
  }
}
