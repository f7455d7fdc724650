const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A duration: a whole number with a unit, for example `90s`, `15m`, `12h` or `31d`. */
export const DURATION = /^(\d{1,5})([smhd])$/;

/** Converts a duration to seconds; undefined for a text of another form. */
export function secondsOf(duration: string): number | undefined {
  const [, amount, unit] = DURATION.exec(duration) ?? [];
  return unit === undefined ? undefined : Number(amount) * SECONDS[unit as keyof typeof SECONDS];
}
