import { isDeepStrictEqual } from 'node:util';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { normalEmail } from '../common/email.js';
import { Failure, invalid } from '../common/failure.js';
import { type JsonObject, mergePatch } from '../common/merge-patch.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { OneTimeTokens, intruderPurposes } from '../credentials/one-time-tokens.js';
import { Customer } from '../customers/customer.entity.js';
import { CustomersService, type ProfileChanges, type StandingChanges } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Reach } from '../tenants/reach.js';
import type { ImportInput } from './import-input.js';
import { ImportedLoginsService, checkLogin } from './imported-logins.service.js';
import { ImportedPartsService } from './imported-parts.service.js';

type Changes = ProfileChanges & StandingChanges;

/** Updates customers who exist from the items of an import. */
@Injectable()
export class ImportUpdateService {
  constructor(
    private readonly em: EntityManager,
    private readonly customers: CustomersService,
    private readonly accounts: AccountsService,
    private readonly parts: ImportedPartsService,
    private readonly logins: ImportedLoginsService,
    private readonly tokens: OneTimeTokens,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * Finds the customers whom the items describe: by the number, or by the login e-mail of an item without a number.
   *
   * @returns the customer numbers by item, without the items of new customers
   */
  async find(items: (ImportInput | Failure)[]): Promise<Map<ImportInput | Failure, string>> {
    const inputs = items.filter((item): item is ImportInput => !(item instanceof Failure));
    const ids = inputs.flatMap(({ id }) => id ?? []);
    const customers = ids.length > 0 ? await this.em.find(Customer, { id: ids }, { fields: ['id'] }) : [];
    const numbers = new Set(customers.map(({ id }) => id));
    const owners = await this.accounts.owners(
      inputs.flatMap(({ id, account: { email } }) => (id === undefined && email ? normalEmail(email) : [])),
    );
    const numberOf = ({ id, account: { email } }: ImportInput): string | undefined => {
      if (id !== undefined) return numbers.has(id) ? id : undefined;
      return email === undefined ? undefined : owners.get(normalEmail(email));
    };
    const found = new Map<ImportInput | Failure, string>();
    for (const input of inputs) {
      const number = numberOf(input);
      if (number !== undefined) found.set(input, number);
    }
    return found;
  }

  /**
   * Changes the fields of the item that differ from the stored ones. No mail is sent. Passwords and consents that the
   * customer has set in Foyer are kept. If the customer may no longer log in, every token is revoked.
   *
   * @returns whether anything changed
   * @throws Failure `customer_not_found`, `invalid_input`, `number_taken`, `access_denied`, and those of
   * `ImportedPartsService.merge`
   */
  async update(id: string, item: ImportInput, reach: Reach): Promise<boolean> {
    return transaction(this.em, async () => {
      const parts = this.parts.read(item);
      checkLogin(item, await this.logins.acceptsLegacy([item]));
      const customer = await this.em.findOne(Customer, { id }, { refresh: true });
      // A concurrent request has deleted the customer.
      if (!customer) throw new Failure('customer_not_found', { facts: { customer: id } });
      assertSameEmail(await this.accounts.emailOf(id), item);
      assertSameReference(customer, item);
      const { passwordHash = null, legacyAuth = null } = item.account;
      const isHashNew =
        (passwordHash !== null || legacyAuth !== null) &&
        !customer.lastLogin &&
        (await this.accounts.replaceImported(id, { passwordHash, legacyAuth }));
      const changes = changedValues(customer, item);
      if (Object.keys(changes).length > 0) await this.change(id, changes, reach);
      const hasNewDate = item.createdAt !== undefined && item.createdAt.getTime() !== customer.createdAt.getTime();
      if (hasNewDate) await this.em.nativeUpdate(Customer, { id }, { createdAt: item.createdAt });
      const isConfirmed = !customer.mustConfirm || Boolean(customer.confirmedAt);
      const hasNewParts = await this.parts.merge(id, parts, isConfirmed);
      return [isHashNew, Object.keys(changes).length > 0, hasNewDate, hasNewParts].some(Boolean);
    });
  }

  private async change(id: string, changes: Changes, reach: Reach): Promise<void> {
    const { active, onHold, type, confirmed } = changes;
    const endsLogin = active === false || onHold === true || type === 'CONTACT' || confirmed === false;
    // In the same order as an update by staff: tokens, customer, sessions.
    if (endsLogin) await this.tokens.revoke(id, ['opt-in', 'password-reset', ...intruderPurposes]);
    await this.customers.change(id, changes, reach);
    if (endsLogin) await this.sessions.endAllOf(id);
  }
}

/** An import does not change the login e-mail: it must be confirmed by its owner. */
function assertSameEmail(
  present: string | undefined,
  { account: { email }, profile: { contactEmail } }: ImportInput,
): void {
  if (email !== undefined && normalEmail(email) !== present) {
    throw invalid('account.email', 'account.email must equal the current login e-mail');
  }
  if (contactEmail && present !== undefined && normalEmail(contactEmail) !== present) {
    throw invalid('contactEmail', 'contactEmail must equal the login e-mail');
  }
}

/**
 * Without a number, only the e-mail identifies the customer. Other systems may have several customers with one e-mail,
 * in different letter cases. Each of them would overwrite the one before.
 */
function assertSameReference({ reference: present }: Customer, { id, reference }: ImportInput): void {
  if (id !== undefined || reference === undefined || reference === present) return;
  throw invalid('reference', 'reference must be that of the customer with this e-mail, unless the row has an id');
}

/** The values of an item that differ from those of the customer. */
function changedValues(customer: Customer, item: ImportInput): Changes {
  const { profile, type, restriction, reference, active, onHold, confirmed } = item;
  const { mixins, mixinSchemas, ...texts } = profile;
  const isConfirmed = Boolean(customer.confirmedAt) || !customer.mustConfirm;
  const given: Changes = { ...texts, type, restriction, reference, active, onHold };
  const changes = Object.entries(given).filter(([name, value]: [string, unknown]) => {
    const present: unknown = customer[name as keyof Customer];
    return value !== undefined && (present ?? null) !== value;
  });
  const isNew = (patch: ProfileChanges['mixins'], present: JsonObject): boolean =>
    patch !== undefined && !isDeepStrictEqual(patch === null ? {} : mergePatch(present, patch), present);
  return {
    ...Object.fromEntries(changes),
    ...(isNew(mixins, customer.mixins) && { mixins }),
    ...(isNew(mixinSchemas, customer.mixinSchemas) && { mixinSchemas }),
    ...(confirmed !== undefined && confirmed !== isConfirmed && { confirmed }),
  };
}
