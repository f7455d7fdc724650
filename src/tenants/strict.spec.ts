import { effectiveSettings, strictLifetimes } from './strict.js';
import { type TenantSettings, defaultSettings } from './tenant-settings.js';

const DAY = 24 * 3600;

describe('the effective settings of a strict tenant', () => {
  it('cap every lifetime at its maximum, and extend none', () => {
    const all = (seconds: number): TenantSettings['lifetimes'] =>
      Object.fromEntries(
        Object.keys(defaultSettings.lifetimes).map((name) => [name, seconds]),
      ) as unknown as TenantSettings['lifetimes'];
    const long = effectiveSettings({ strict: true, lifetimes: all(365 * DAY) }).lifetimes;
    expect(long).toEqual({
      ...all(365 * DAY),
      ...{ anonymousSession: 30 * DAY, customerAccess: 900, customerRefresh: 14 * DAY, customerSession: 30 * DAY },
      ...{ exchangeAccess: 900, exchangeRefresh: 14 * DAY, saasToken: 4 * 3600, actingAccess: 3600 },
      ...{ passwordReset: 3600, erasure: 3600, initialPassword: DAY, emailChange: DAY, optIn: DAY, linkIdentity: DAY },
      emailUndo: 7 * DAY,
    });
    expect(effectiveSettings({ strict: true, lifetimes: all(60) }).lifetimes).toEqual(all(60));
  });

  it('require passwords of at least 15 characters, or more if the tenant does', () => {
    const policy = (shortest: number) =>
      effectiveSettings({ strict: true, passwordPolicy: { shortest, longest: 20 } }).passwordPolicy;
    expect(policy(6)).toEqual({ shortest: 15, longest: 128, refuseCommon: true, requireCharacterClasses: false });
    expect(policy(20)).toEqual({ shortest: 20, longest: 128, refuseCommon: true, requireCharacterClasses: false });
  });

  it('require the confirmation of a new e-mail', () => {
    expect(effectiveSettings({ strict: true, emailChange: 'immediate' }).emailChange).toBe('confirmed');
    expect(effectiveSettings({ emailChange: 'immediate' }).emailChange).toBe('immediate');
    expect(effectiveSettings({}).emailChange).toBe('confirmed');
  });

  it('require approval of new members of a company', () => {
    expect(effectiveSettings({ strict: true, companyJoin: 'open' }).companyJoin).toBe('approval');
    expect(effectiveSettings({}).companyJoin).toBe('open');
  });

  it.each([
    ['none', 'email'],
    ['employee', 'both'],
    ['email', 'email'],
    ['both', 'both'],
  ] as const)('require a confirmed e-mail if the activation is %s', (activation, expected) => {
    expect(effectiveSettings({ strict: true, activation }).activation).toBe(expected);
  });

  it("cap an API's own lifetimes", () => {
    const lifetimes = { access: 28_800, refresh: 30 * DAY };
    expect(strictLifetimes(effectiveSettings({ strict: true }), lifetimes)).toEqual({ access: 900, refresh: 14 * DAY });
    expect(strictLifetimes(effectiveSettings({ strict: true }), { access: 60, refresh: 60 })).toEqual({
      access: 60,
      refresh: 60,
    });
  });
});

describe('the effective settings of any other tenant', () => {
  it('are the stored settings merged over the defaults', () => {
    expect(effectiveSettings({})).toEqual(defaultSettings);
    const lifetimes = { access: 28_800, refresh: 30 * DAY };
    expect(strictLifetimes(effectiveSettings({ strict: false }), lifetimes)).toEqual(lifetimes);
  });
});
