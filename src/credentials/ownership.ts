import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Database, type Statement } from '../database/database.js';
import { TenantsService } from '../tenants/tenants.service.js';

/**
 * `$1` tenant, `$2` customer, `$3` now, `$4` whether the companies stay. Nothing happens where the address was
 * confirmed before. Who owes the opt-in still owes it, for that may open the login.
 */
const disown: Statement = {
  name: 'disown',
  text: `with unproven as (
      update customers c set confirmed_at = case when not c.must_confirm and not exists (
        select from one_time_tokens t
        where t.tenant = c.tenant and t.customer_id = c.id and t.purpose = 'opt-in') then $3::timestamptz end
      where c.tenant = $1 and c.id = $2 and c.confirmed_at is null
      returning c.tenant, c.id
    ), unlinked as (
      delete from identities i using unproven u where i.tenant = u.tenant and i.customer_id = u.id
    ), left_companies as (
      delete from contact_assignments m using unproven u
      where m.tenant = u.tenant and m.customer_id = u.id and not $4::boolean
        and m.without_staff and m.version = 1 and m.company_group = 'Requester'
    )
    select 1 from unproven`,
};

/** Whose an account is: anybody may sign up with any address, and its owner is who reads the mails to it. */
@Injectable()
export class Ownership {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Somebody has proven to read the mails of an account. If nobody had before, a stranger may have used the account and
   * waited for its owner: identities that were linked to it are gone, and companies that it came into without the
   * staff, in which a stranger may be the administrator; password and sessions are the caller's to end. Joins the
   * caller's transaction, which holds the account's row, so that nobody links meanwhile.
   *
   * @param invited the proof is the mail that invites into the company: then the customer stays in it
   */
  async prove(customerId: string, invited = false): Promise<void> {
    await this.database.rows(disown, [this.tenants.current, customerId, this.clock.now(), invited]);
  }
}
