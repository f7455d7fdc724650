/** A cell that begins like this is a formula for a spreadsheet (OWASP: CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

/** One line of a CSV file (RFC 4180). A quotation mark before a formula makes it a text. */
export function csvOf(cells: (string | null | undefined)[]): string {
  const quoted = cells.map((cell) => {
    const text = cell ?? '';
    return `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  });
  return `${quoted.join(',')}\r\n`;
}

/** Saves a file. The byte order mark tells spreadsheets that it is UTF-8. */
export function download(name: string, parts: string[], type = 'text/csv'): void {
  const url = URL.createObjectURL(new Blob(type === 'text/csv' ? ['\uFEFF', ...parts] : parts, { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
