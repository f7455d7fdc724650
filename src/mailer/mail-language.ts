/**
 * Finds the language of a mail (RFC 4647 3.4, "Lookup"): `de_AT` becomes `de` where `de-AT` is not available.
 *
 * @param wanted language tags, the preferred one first; underscores are allowed
 * @param available the tags of the languages that there are texts for
 * @returns one of the available tags; undefined if none matches
 */
export function lookUpLanguage(wanted: (string | null | undefined)[], available: string[]): string | undefined {
  for (const tag of wanted) {
    const parts = (tag ?? '').replaceAll('_', '-').toLowerCase().split('-');
    while (parts.length > 0) {
      const found = available.find((candidate) => candidate.toLowerCase() === parts.join('-'));
      if (found !== undefined) return found;
      parts.pop();
      // A single letter or digit introduces an extension and cannot stand at the end.
      if (parts.at(-1)?.length === 1) parts.pop();
    }
  }
  return undefined;
}
