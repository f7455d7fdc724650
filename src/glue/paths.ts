/** The first segments of the routes that are not Glue's: of the first dialect, and of the service itself. */
const others = new Set([
  'customer',
  'customerlogin',
  'customer-management',
  'session-context',
  'oauth',
  'admin',
  'health',
  'docs',
  'mailbox',
  '.well-known',
]);

/** Whether a URL belongs to the second dialect; one that nobody knows does, as its clients know the host alone. */
export function isGlue(url: string): boolean {
  return !others.has(/^\/*([^/?#]*)/.exec(url)?.[1] ?? '');
}
