/**
 * Returns the languages in which a mail may be sent, the preferred one first (RFC 4647 3.4, "Lookup"): `de_AT` becomes
 * `de-AT` and `de`.
 *
 * @param wanted language tags, the preferred one first; underscores and any case are allowed
 * @returns tags in the case of RFC 5646 2.1.1
 */
export function lookupRange(wanted: (string | null | undefined)[]): string[] {
  return wanted.flatMap((tag) => {
    const parts = canonicalCase((tag ?? '').replaceAll('_', '-')).split('-');
    const range: string[] = [];
    while (parts.length > 0) {
      range.push(parts.join('-'));
      parts.pop();
      // A single letter or digit introduces an extension and cannot stand at the end.
      if (parts.at(-1)?.length === 1) parts.pop();
    }
    return range;
  });
}

/**
 * Finds the language of a mail by lookup: `de_AT` becomes `de` where `de-AT` is not available.
 *
 * @param wanted language tags, the preferred one first; underscores are allowed
 * @param available the tags of the languages that there are texts for, in the case of RFC 5646 2.1.1
 * @returns one of the available tags; undefined if none matches
 */
export function lookUpLanguage(wanted: (string | null | undefined)[], available: string[]): string | undefined {
  return lookupRange(wanted).find((tag) => available.includes(tag));
}

/** Whether a text is `language[-script][-region]` in its canonical form, such as `de-AT` or `zh-Hant`. */
export function isLanguageTag(tag: string): boolean {
  return /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/.test(tag) && Intl.getCanonicalLocales(tag)[0] === tag;
}

/** RFC 5646 2.1.1: scripts are in title case, regions in upper case, all else in lower case. */
function canonicalCase(tag: string): string {
  const parts = tag.toLowerCase().split('-');
  return parts
    .map((part, place) => {
      if (place === 0 || parts[place - 1]?.length === 1) return part;
      if (part.length === 4) return part.charAt(0).toUpperCase() + part.slice(1);
      return part.length === 2 ? part.toUpperCase() : part;
    })
    .join('-');
}
