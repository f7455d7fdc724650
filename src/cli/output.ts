/** The output options of a command. */
export interface OutputOptions {
  json?: boolean;
}

type Row = object;

/** Prints one row or a list of rows, as JSON or as lines of text. Undefined values are omitted. */
export function print(result: Row | Row[], { json }: OutputOptions): void {
  console.log(
    json ? escapeControls(JSON.stringify(result, null, 2)) : Array.isArray(result) ? table(result) : lines(result),
  );
}

function lines(row: Row, path = ''): string {
  return Object.entries(row)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]: [string, unknown]) =>
      isGroup(value) ? lines(value, `${path}${name}.`) || `${path}${name}=` : `${path}${name}=${text(value)}`,
    )
    .join('\n');
}

function table(rows: Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cells = [names, ...rows.map((row) => names.map((name) => text(row[name as keyof Row] ?? '')))];
  const widths = names.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function isGroup(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function text(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
  const shown = isList ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value);
  // A row is one line.
  return escapeControls(shown).replaceAll('\n', '\\n');
}

/**
 * Escapes control characters as JSON does, except line breaks. They may come from a file or from the reply of a mail
 * server, and a terminal would interpret them as commands.
 */
export function escapeControls(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
