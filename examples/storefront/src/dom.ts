import type { FoyerError } from 'foyer-client';

type Child = Node | string;

/** Creates an element. Texts become text nodes, never HTML. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export const link = (href: string, text: string): HTMLAnchorElement => h('a', { href }, text);

/** Whether a customer's request failed because the session has ended. */
export const isSessionEnded = (error: FoyerError): boolean => error.name === 'EmporixError' && error.status === 401;

/** Returns a text for customers. */
export function explain(error: FoyerError): string {
  if (error.name !== 'EmporixError') return 'The shop cannot be reached. Check your connection and try again.';
  if (error.status === 429) return `Too many attempts. Try again in ${error.retryAfter ?? 60} seconds.`;
  if (error.status >= 500) return 'The shop is busy. Try again later.';
  return error.type === 'conflict_resource' ? 'An account with this e-mail exists. Log in instead.' : error.message;
}
