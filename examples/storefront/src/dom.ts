import { EmporixError, type FoyerError, isFoyerError } from 'foyer-client';

type Child = Node | string;

/** Creates an element. Texts become text nodes, never HTML. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export const link = (href: string, text: string): HTMLAnchorElement => h('a', { href }, text);

export interface Field {
  /** The name of the property in the API, also in the details of errors. */
  name: string;
  label: string;
  type?: 'text' | 'email' | 'password' | 'tel';
  autocomplete?: AutoFill;
  required?: boolean;
  value?: string;
}

type Values = Record<string, string>;

/** A form that shows the errors of the service beside the fields. It cannot be sent again while a request is running. */
export function form(fields: Field[], label: string, send: (values: Values) => Promise<void>): HTMLFormElement {
  const alert = h('p', { role: 'alert', className: 'error' });
  const button = h('button', {}, label);
  const rows = fields.map(({ label, ...properties }) => ({
    label,
    input: h('input', { id: properties.name, type: 'text', ...properties }),
    error: h('span', { id: `${properties.name}-error`, className: 'error' }),
  }));

  const show = (error?: FoyerError): void => {
    const details = error instanceof EmporixError ? error.details : [];
    // The path of a field ends with its name, for example `customerDetails.firstName`.
    const messages = new Map(details.map(({ field = '', message }) => [field.split('.').at(-1), message]));
    for (const { input, error: text } of rows) {
      text.textContent = messages.get(input.name) ?? '';
      input.ariaInvalid = messages.has(input.name) ? 'true' : null;
      input.setAttribute('aria-describedby', text.id);
    }
    const invalid = rows.find(({ input }) => messages.has(input.name));
    alert.textContent = error && !invalid ? explain(error) : '';
    invalid?.input.focus();
  };

  const submit = async (): Promise<void> => {
    button.disabled = true;
    show();
    try {
      await send(Object.fromEntries(rows.map(({ input }) => [input.name, input.value])));
    } catch (error) {
      if (!isFoyerError(error)) throw error;
      show(error);
    } finally {
      button.disabled = false;
    }
  };
  const onsubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void submit();
  };
  const nodes = rows.map(({ label, input, error }) =>
    h('p', { className: 'field' }, h('label', { htmlFor: input.id }, label), input, error),
  );
  return h('form', { onsubmit }, ...nodes, alert, button);
}

/** Returns a text for customers. */
export function explain(error: FoyerError): string {
  if (error.name !== 'EmporixError') return 'The shop cannot be reached. Check your connection and try again.';
  if (error.status === 429) return `Too many attempts. Try again in ${error.retryAfter ?? 60} seconds.`;
  if (error.status >= 500) return 'The shop is busy. Try again later.';
  return error.type === 'conflict_resource' ? 'An account with this e-mail exists. Log in instead.' : error.message;
}
