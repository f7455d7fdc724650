import { de } from './de.ts';
import { type Texts, en } from './en.ts';
import { settingsDe } from './settings-de.ts';

export const languages = { en: 'English', de: 'Deutsch' };
export type Language = keyof typeof languages;

const STORAGE_KEY = 'foyer.language';

function initialLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === 'en' || stored === 'de') return stored;
  return navigator.languages
    .find((tag) => /^(?:de|en)\b/i.test(tag))
    ?.toLowerCase()
    .startsWith('de')
    ? 'de'
    : 'en';
}

export const language = initialLanguage();

/** The texts of the chosen language. */
export const t: Texts = { en, de }[language];

/** The name and the description of a setting in the chosen language; undefined if they are those of the API. */
export const settingText = (path: string): readonly [name: string, description: string] | undefined =>
  language === 'de' ? settingsDe[path] : undefined;

/** Stores the choice and reloads the page, because its texts are constants. */
export function chooseLanguage(next: Language): void {
  localStorage.setItem(STORAGE_KEY, next);
  location.reload();
}

document.documentElement.lang = language;
