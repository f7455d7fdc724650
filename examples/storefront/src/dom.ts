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
  /** The name of the property in the API, which errors name as well. */
  name: string;
  label: string;
  type?: 'text' | 'email' | 'password' | 'tel';
  autocomplete?: AutoFill;
  required?: boolean;
  value?: string;
}

type Values = Record<string, string>;

/** A form that shows the errors of the service beside the fields. While it is being sent, it cannot be sent again. */
export function form(fields: Field[], button: string, send: (values: Values) => Promise<void>): HTMLFormElement {
  const alert = h('p', { role: 'alert', className: 'error' });
  const submit = h('button', {}, button);
  const inputs = fields.map(({ label, ...properties }) => ({
    label,
    input: h('input', { id: properties.name, type: 'text', ...properties }),
    error: h('span', { id: `${properties.name}-error`, className: 'error' }),
  }));

  const show = (error: FoyerError): void => {
    const details = error instanceof EmporixError ? error.details : [];
    // The path of a field ends with its name, such as `customerDetails.firstName`.
    const messages = new Map(details.map(({ field = '', message }) => [field.split('.').at(-1), message]));
    const invalid = inputs.filter(({ input }) => messages.has(input.name));
    for (const { input, error: text } of invalid) {
      text.textContent = messages.get(input.name) ?? '';
      input.ariaInvalid = 'true';
      input.setAttribute('aria-describedby', text.id);
    }
    if (invalid.length === 0) alert.textContent = explain(error);
    invalid[0]?.input.focus();
  };

  const onsubmit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    submit.disabled = true;
    alert.textContent = '';
    for (const { input, error } of inputs) {
      error.textContent = '';
      input.ariaInvalid = null;
    }
    try {
      await send(Object.fromEntries(inputs.map(({ input }) => [input.name, input.value])));
    } catch (error) {
      if (!isFoyerError(error)) throw error;
      show(error);
    } finally {
      submit.disabled = false;
    }
  };
  const rows = inputs.map(({ label, input, error }) =>
    h('p', { className: 'field' }, h('label', { htmlFor: input.id }, label), input, error),
  );
  return h('form', { onsubmit: (event) => void onsubmit(event) }, ...rows, alert, submit);
}

/** A text for customers. */
export function explain(error: FoyerError): string {
  if (error.name === 'ConnectionError') return 'The shop cannot be reached. Check your connection, and try again.';
  if (error.name === 'GlueError') return error.message;
  switch (error.type) {
    case 'conflict_resource':
      return 'An account with this e-mail exists. Log in instead.';
    case 'too_many_requests':
      return `Too many attempts. Try again in ${error.retryAfter ?? 60} seconds.`;
    case 'service_unavailable':
    case 'internal_error':
      return 'The shop is busy. Try again later.';
    default:
      return error.message;
  }
}
