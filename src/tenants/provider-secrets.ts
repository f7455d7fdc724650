import { invalid } from '../common/failure.js';
import type { ExchangeConfig, IdentityProvider, TokenExchange } from './provider-settings.js';
import type { SettingsPatch, StoredSettings, TenantSettings } from './tenant-settings.js';

/** Shown instead of a secret. A change with this value, or without a value, keeps the current secret. */
export const HIDDEN_SECRET = '***';

/** The secrets of a configuration. */
const SECRET_NAMES = ['clientSecret', 'storefrontClientSecret'] as const;

type SealSecret = (secret: string) => string;

/** The settings without secrets, for an admin. */
export function withoutSecrets(settings: TenantSettings): TenantSettings {
  const hide = <T extends IdentityProvider | ExchangeConfig>(config: T): T => {
    const held = SECRET_NAMES.filter((name) => (config as ExchangeConfig)[name] !== undefined);
    return { ...config, ...Object.fromEntries(held.map((name) => [name, HIDDEN_SECRET])) };
  };
  const { default: standard, overrides } = settings.tokenExchange;
  return {
    ...settings,
    identityProviders: settings.identityProviders.map(hide),
    tokenExchange: {
      ...(standard && { default: hide(standard) }),
      ...(overrides && { overrides: mapValues(overrides, hide) }),
    },
  };
}

/**
 * Returns a change with its new secrets sealed, and with the current secrets in place of the hidden ones.
 *
 * @throws Failure `invalid_input` if a secret would be sent to another address than the one it was set for
 */
export function withSealedSecrets(patch: SettingsPatch, present: StoredSettings, seal: SealSecret): SettingsPatch {
  const result = { ...patch };
  if (patch.identityProviders) {
    result.identityProviders = patch.identityProviders.map((provider, index) => {
      const before = present.identityProviders?.find(({ name }) => name === provider.name);
      return sealedProvider(provider, before, `identityProviders.${index}.clientSecret`, seal);
    });
  }
  if (patch.tokenExchange) {
    result.tokenExchange = sealedExchange(patch.tokenExchange, present.tokenExchange ?? {}, seal);
  }
  return result;
}

function sealedProvider(
  { clientSecret, ...provider }: Omit<IdentityProvider, 'clientSecret'> & { clientSecret?: string | null },
  before: IdentityProvider | undefined,
  field: string,
  seal: SealSecret,
): IdentityProvider {
  if (clientSecret === null) return provider;
  if (clientSecret !== undefined && clientSecret !== HIDDEN_SECRET)
    return { ...provider, clientSecret: seal(clientSecret) };
  if (before?.clientSecret === undefined) return provider;
  if (!sameIn(['issuer', 'domain', 'tokenEndpoint'], provider, before)) throw secretRequired(field);
  return { ...provider, clientSecret: before.clientSecret };
}

function sealedExchange(patch: TokenExchange, present: TokenExchange, seal: SealSecret): TokenExchange {
  const sealConfig = (config: ExchangeConfig, before: ExchangeConfig | undefined, field: string): ExchangeConfig => {
    // Null removes the whole configuration.
    if (config === null) return config;
    const result = { ...config };
    for (const name of SECRET_NAMES) {
      const secret = config[name];
      // Null removes the secret. Without a value, the merge keeps the current one.
      if (secret === undefined || secret === HIDDEN_SECRET) delete result[name];
      else if (secret !== null) result[name] = seal(secret);
    }
    const kept = !('clientSecret' in result) && before?.clientSecret;
    if (kept && !sameIn(['domain', 'tokenIntrospectEndpoint'], { ...before, ...result }, before)) {
      throw secretRequired(`${field}.clientSecret`);
    }
    return result;
  };
  const { default: standard, overrides } = patch;
  return {
    ...patch,
    ...(standard && { default: sealConfig(standard, present.default, 'tokenExchange.default') }),
    ...(overrides && {
      overrides: mapValues(overrides, (config, name) =>
        sealConfig(config, present.overrides?.[name], `tokenExchange.overrides.${name}`),
      ),
    }),
  };
}

function mapValues<T>(values: Record<string, T>, change: (value: T, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

function sameIn<T>(names: (keyof T)[], one: T, other: T): boolean {
  return names.every((name) => (one[name] ?? null) === (other[name] ?? null));
}

function secretRequired(field: string) {
  return invalid(field, `${field} must be sent again, because the address that it goes to changes`);
}
