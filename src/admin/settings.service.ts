import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { invalid } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { Customer } from '../customers/customer.entity.js';
import { SecurityLog } from '../history/security-log.js';
import { withoutSecrets } from '../tenants/provider-secrets.js';
import { type TokenExchange, isComplete } from '../tenants/provider-settings.js';
import { checkedSettings } from '../tenants/settings-rules.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** What an admin decides for the tenant. */
@Injectable()
export class SettingsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly securityLog: SecurityLog,
  ) {}

  /** All settings in force, without their secrets. */
  get all(): TenantSettings {
    return withoutSecrets(this.tenants.settings);
  }

  /**
   * Changes settings: what is not named stays, null resets to the default.
   *
   * @returns all settings in force from now on
   * @throws Failure `invalid_input` naming every setting that is unknown or wrong
   */
  async change(changes: JsonObject): Promise<TenantSettings> {
    const settings = await this.tenants.change(checkedSettings(changes), async (before, after) => {
      expectComplete(after.tokenExchange);
      const dropped = before.restrictions.filter((restriction) => !after.restrictions.includes(restriction));
      if (dropped.length > 0) await this.expectUnused(dropped);
    });
    this.securityLog.tell('settings_changed', { fields: Object.keys(changes) });
    return withoutSecrets(settings);
  }

  /** @throws Failure `invalid_input` naming a restriction that customers have */
  private async expectUnused(restrictions: string[]): Promise<void> {
    const one = await this.em.findOne(Customer, { restriction: { $in: restrictions } }, { fields: ['restriction'] });
    if (!one) return;
    throw invalid('restrictions', `restrictions must keep ${one.restriction}: customers still have it`);
  }
}

/** @throws Failure `invalid_input` naming a configuration by which no token could be verified */
function expectComplete({ default: standard, overrides = {} }: TokenExchange): void {
  const configs = [...(standard ? [['default', standard] as const] : []), ...Object.entries(overrides)];
  const [broken] = configs.find(([, config]) => !isComplete(config)) ?? [];
  if (broken === undefined) return;
  const field = broken === 'default' ? 'tokenExchange.default' : `tokenExchange.overrides.${broken}`;
  throw invalid(
    field,
    `${field} must have jwks, or tokenIntrospectEndpoint (with its domain), clientId and clientSecret`,
  );
}
