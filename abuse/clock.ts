/**
 * Environment variables for a process whose clock is `seconds` ahead, or behind if negative. The process runs no jobs,
 * because they would delete rows that have expired by its clock only.
 */
export function clockAt(seconds: number): Record<string, string> {
  const moved = `const real = Date;
    globalThis.Date = new Proxy(real, {
      construct: (date, args) => (args.length ? new date(...args) : new date(date.now() + ${seconds * 1000})),
      get: (date, name) => (name === 'now' ? () => date.now() + ${seconds * 1000} : date[name]),
    });`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(moved)}`, JOBS: 'off' };
}
