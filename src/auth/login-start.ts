import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import type { Proof } from '../credentials/accounts.service.js';
import { OwnerNotices } from '../credentials/owner-notices.js';
import { transaction } from '../database/database.js';
import { SessionsService, type SessionStart } from '../sessions/sessions.service.js';
import type { IssuedTokens } from '../sessions/signing/session-tokens.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** An authenticated customer. Without a password, only the customer number is known. */
export type Authenticated = Pick<Proof, 'customerId'> & Partial<Proof>;

/** Starts the sessions of customers who log in, and notifies them of logins from new devices. */
@Injectable()
export class LoginStart {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly sessions: SessionsService,
    private readonly notices: OwnerNotices,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure as `SessionsService.startCustomer` */
  async start(
    { customerId, passwordHash, isNetworkKnown = false }: Authenticated,
    start: SessionStart,
  ): Promise<IssuedTokens> {
    const notifies = this.tenants.settings.newDeviceNotice && !isNetworkKnown;
    const started = async (): Promise<IssuedTokens> => {
      const { isNewNetwork, ...issued } = await this.sessions.startCustomer(
        { customerId, passwordHash, checksNetwork: notifies },
        start,
      );
      const at = this.clock.now().toISOString();
      if (isNewNetwork) await this.notices.addFor('new-device-login', customerId, { at });
      return issued;
    };
    // Most logins come from a known network. They take one statement, and no transaction.
    return notifies ? transaction(this.em, started) : started();
  }
}
