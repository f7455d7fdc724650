/** Safe HTML: all text in it is escaped. */
export class Html {
  constructor(readonly text: string) {}
}

/**
 * The tag of HTML templates. Text in `${…}` is escaped, for an element or a quoted attribute; HTML and lists of HTML are
 * inserted. Markup in a mail, an address or a URL therefore appears as text.
 */
export function html(strings: TemplateStringsArray, ...values: (string | Html | Html[])[]): Html {
  return new Html(strings.reduce((text, next, index) => text + inserted(values[index - 1] ?? '') + next));
}

function inserted(value: string | Html | Html[]): string {
  if (typeof value === 'string') return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
}
