import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { invalid } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { Customer } from '../customers/customer.entity.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { withoutSecrets } from '../tenants/provider-secrets.js';
import { type TokenExchange, missingRequirement } from '../tenants/provider-settings.js';
import { checkedSettings } from '../tenants/check-settings.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** The settings that an admin chooses for the tenant. */
@Injectable()
export class SettingsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
  ) {}

  /** All settings that apply, without their secrets. */
  get all(): TenantSettings {
    return withoutSecrets(this.tenants.settings);
  }

  /**
   * Updates settings. Omitted settings are unchanged, null resets to the default.
   *
   * @returns all settings that apply after the update
   * @throws Failure `invalid_input` with each setting that is unknown or invalid
   */
  async change(changes: JsonObject): Promise<TenantSettings> {
    const settings = await this.tenants.change(checkedSettings(changes), async (before, after) => {
      assertTokenExchange(after.tokenExchange);
      const dropped = before.restrictions.filter((restriction) => !after.restrictions.includes(restriction));
      if (dropped.length > 0) await this.assertUnused(dropped);
      await this.history.recordForTenant('settings_changed', { fields: Object.keys(changes) });
    });
    this.securityLog.record('settings_changed', { fields: Object.keys(changes) });
    return withoutSecrets(settings);
  }

  /** @throws Failure `invalid_input` with a restriction that customers have */
  private async assertUnused(restrictions: string[]): Promise<void> {
    const one = await this.em.findOne(Customer, { restriction: { $in: restrictions } }, { fields: ['restriction'] });
    if (!one) return;
    throw invalid('restrictions', `restrictions must keep ${one.restriction}: customers still have it`);
  }
}

/** Overrides are merged into the current ones, so their number can be checked only after the change. */
const MAX_OVERRIDES = 50;

/** @throws Failure `invalid_input` with a configuration that cannot verify any token */
function assertTokenExchange({ default: standard, overrides = {} }: TokenExchange): void {
  if (Object.keys(overrides).length > MAX_OVERRIDES) {
    const field = 'tokenExchange.overrides';
    throw invalid(field, `${field} must have at most ${MAX_OVERRIDES} configurations`);
  }
  const configs = [...(standard ? [['default', standard] as const] : []), ...Object.entries(overrides)];
  for (const [name, config] of configs) {
    const missing = missingRequirement(config);
    const field = name === 'default' ? 'tokenExchange.default' : `tokenExchange.overrides.${name}`;
    if (missing) throw invalid(field, `${field} must have ${missing}`);
  }
}
