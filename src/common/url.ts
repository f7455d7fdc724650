import { hasInvisible } from './invisible.js';

/** The rule of `isPlainLink`, as the text after a field's name. */
export const PLAIN_LINK = 'must not contain control or invisible characters, or user:password@';

/**
 * User information before the host, also an empty one. Browsers treat a backslash as a slash, and require no slashes
 * after the schemes of the web.
 */
const USER_INFO = /^\s*(?:(?:https?|wss?|ftp):[\\/]*|(?:[a-z][a-z\d+.-]*:)?[\\/]{2,})[^\\/?#]*@/i;

/**
 * Whether the target of a link, absolute or relative, is visible. The link must not contain a character that is
 * invisible or changes the direction of the text, nor `user:password@` before the host.
 */
export function isPlainLink(link: string): boolean {
  return !hasInvisible(link) && !USER_INFO.test(link);
}

/** The rule of `isWebLink`, as the text after a field's name. */
export const WEB_LINK = 'must be a URL that starts with http:// or https://';

/** Whether a text is an absolute URL of the web. Other schemes, such as `javascript:`, may run code in a page. */
export function isWebLink(link: string): boolean {
  return /^https?:\/\//i.test(link) && URL.canParse(link);
}
