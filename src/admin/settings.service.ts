import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { invalid } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { Customer } from '../customers/customer.entity.js';
import { checkedSettings } from '../tenants/settings-rules.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** What an admin decides for the tenant. */
@Injectable()
export class SettingsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
  ) {}

  /** All settings in force. */
  get all(): TenantSettings {
    return this.tenants.settings;
  }

  /**
   * Changes settings: what is not named stays, null resets to the default.
   *
   * @returns all settings in force from now on
   * @throws Failure `invalid_input` naming every setting that is unknown or wrong
   */
  async change(changes: JsonObject): Promise<TenantSettings> {
    return this.tenants.change(checkedSettings(changes), async (before, after) => {
      const dropped = before.restrictions.filter((restriction) => !after.restrictions.includes(restriction));
      if (dropped.length > 0) await this.expectUnused(dropped);
    });
  }

  /** @throws Failure `invalid_input` naming a restriction that customers have */
  private async expectUnused(restrictions: string[]): Promise<void> {
    const one = await this.em.findOne(Customer, { restriction: { $in: restrictions } }, { fields: ['restriction'] });
    if (!one) return;
    throw invalid('restrictions', `restrictions must keep ${one.restriction}: customers still have it`);
  }
}
