import type { TenantSettings } from './tenant-settings.js';

/** How long tokens live, in seconds. */
interface Spans {
  access: number;
  refresh: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** In seconds. What a tenant asks for beyond these is cut; what asks for less stays. */
const longest = {
  anonymousSession: 30 * DAY,
  customerAccess: 15 * MINUTE,
  customerRefresh: 14 * DAY,
  customerSession: 30 * DAY,
  exchangeAccess: 15 * MINUTE,
  exchangeRefresh: 14 * DAY,
  saasToken: 4 * HOUR,
  actingAccess: HOUR,
  passwordReset: HOUR,
  erasure: HOUR,
  initialPassword: DAY,
  emailChange: DAY,
  optIn: DAY,
  linkIdentity: DAY,
} satisfies Partial<TenantSettings['lifetimes']>;

/** In characters: NIST SP 800-63B-4 3.1.1.2, where a password is all that is asked for. */
const SHORTEST_PASSWORD = 15;
const LONGEST_PASSWORD = 128;

/** A dialect's own lifetimes as a strict tenant has them; anybody else's as they are. */
export function spansWithin({ strict }: TenantSettings, { access, refresh }: Spans): Spans {
  if (!strict) return { access, refresh };
  return {
    access: Math.min(access, longest.customerAccess),
    refresh: Math.min(refresh, longest.customerRefresh),
  };
}

/**
 * The settings in force of a tenant that is strict. Besides, a sign-up has its address confirmed by mail: who could log
 * in without would learn from it whether the address was free. What else it means is beside what it changes: `strict`
 * in the code finds it.
 */
export function strictly(settings: TenantSettings): TenantSettings {
  const { activation, passwordPolicy, lifetimes } = settings;
  const shorter = { ...lifetimes };
  for (const name of Object.keys(longest) as (keyof typeof longest)[]) {
    shorter[name] = Math.min(lifetimes[name], longest[name]);
  }
  return {
    ...settings,
    activation: activation === 'none' ? 'email' : activation === 'employee' ? 'both' : activation,
    passwordPolicy: {
      shortest: Math.max(passwordPolicy.shortest, SHORTEST_PASSWORD),
      longest: LONGEST_PASSWORD,
      refuseCommon: true,
    },
    lifetimes: shorter,
  };
}
