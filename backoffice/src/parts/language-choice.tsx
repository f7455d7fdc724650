import { type Language, chooseLanguage, language, languages } from '../texts/index.ts';

export function LanguageChoice(): preact.JSX.Element {
  return (
    <p class="languages">
      {(Object.entries(languages) as [Language, string][]).map(([code, name]) => (
        <button
          key={code}
          type="button"
          class="quiet"
          lang={code}
          aria-pressed={code === language}
          onClick={() => chooseLanguage(code)}
        >
          {name}
        </button>
      ))}
    </p>
  );
}
