import { EmporixError, type FoyerError, isFoyerError } from 'foyer-client';
import { explain, h, isSessionEnded } from './dom.ts';
import { requireLogin } from './router.ts';

/** An input. Its name is that of the property in the API, also in the details of errors. */
export type Field = Partial<HTMLInputElement> & { name: string; label: string };

/** A form that shows the errors of the service beside the fields. It cannot be sent again while a request is running. */
export function form(
  fields: Field[],
  label: string,
  send: (values: Record<string, string>) => Promise<void>,
): HTMLFormElement {
  const alert = h('p', { role: 'alert', className: 'error' });
  const button = h('button', {}, label);
  const rows = fields.map(({ label, ...properties }) => ({
    label,
    input: h('input', { id: properties.name, type: 'text', ...properties }),
    error: h('span', { id: `${properties.name}-error`, className: 'error' }),
  }));

  const show = (error?: FoyerError): void => {
    const details = error instanceof EmporixError ? error.details : [];
    for (const { label, input, error: text } of rows) {
      // The path of a field ends with its name, and its message begins with the path: `customerDetails.firstName must …`.
      const detail = details.find(({ field = '' }) => field.split('.').at(-1) === input.name);
      text.textContent = detail?.message.replace(detail.field ?? '', label) ?? '';
      input.ariaInvalid = detail ? 'true' : null;
      input.setAttribute('aria-describedby', text.id);
    }
    const invalid = rows.find(({ input }) => input.ariaInvalid);
    alert.textContent = error && !invalid ? explain(error) : '';
    invalid?.input.focus();
  };

  const submit = async (): Promise<void> => {
    // A disabled button would lose the keyboard focus.
    if (button.ariaDisabled) return;
    button.ariaDisabled = 'true';
    show();
    try {
      await send(Object.fromEntries(rows.map(({ input }) => [input.name, input.value])));
    } catch (error) {
      if (!isFoyerError(error)) throw error;
      if (isSessionEnded(error)) await requireLogin();
      else show(error);
    } finally {
      button.ariaDisabled = null;
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
