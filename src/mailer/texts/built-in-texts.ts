import type { MailTexts } from '../mail-text.js';
import { en } from './en.js';

/** The built-in texts by language (a BCP 47 tag). */
export const builtInTexts: Record<string, MailTexts> = { en };
