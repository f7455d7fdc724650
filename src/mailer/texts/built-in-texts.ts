import type { MailTexts } from '../mail-text.js';
import { de } from './de.js';
import { en } from './en.js';
import { es } from './es.js';
import { fr } from './fr.js';
import { it } from './it.js';
import { nl } from './nl.js';
import { pl } from './pl.js';

/** The built-in texts by language (a BCP 47 tag). */
export const builtInTexts: Record<string, MailTexts> = { en, de, fr, es, it, nl, pl };
