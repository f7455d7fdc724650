/**
 * Settings for a process whose clock is so many seconds ahead, behind when negative. It does no jobs: they would clean
 * up what is over by its clock alone.
 */
export function clockAt(seconds: number): Record<string, string> {
  const moved = `const real = Date;
    globalThis.Date = new Proxy(real, {
      construct: (date, given) => (given.length ? new date(...given) : new date(date.now() + ${seconds * 1000})),
      get: (date, name) => (name === 'now' ? () => date.now() + ${seconds * 1000} : date[name]),
    });`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(moved)}`, JOBS: 'off' };
}
