import { type Language, choose, language, languages } from '../texts/index.ts';

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
          onClick={() => choose(code)}
        >
          {name}
        </button>
      ))}
    </p>
  );
}
