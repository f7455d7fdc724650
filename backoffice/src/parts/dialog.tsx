import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Call, curlOf, dataOf } from '../api/calls.ts';
import { toFailure } from '../api/failure.ts';
import { formatFailure } from '../format.ts';
import { Alert } from './states.tsx';
import { t } from '../texts/index.ts';

/** A modal dialog of the browser, which keeps the focus inside, closes with Escape and returns the focus. */
export function Dialog({
  title,
  children,
  onClose,
}: {
  title: string;
  children: ComponentChildren;
  onClose: () => void;
}): preact.JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    const { current } = dialog;
    current?.showModal();
    return () => {
      current?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  // The browser fires `close` for a removed dialog in the next frame, when another dialog may be open.
  const close = (): void => {
    if (dialog.current) onClose();
  };
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={onClose} onClose={close}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

/** The request of an action as a command, for those who want to automate it. */
export function ApiCall({ call }: { call: Call }): preact.JSX.Element {
  const [shown, setShown] = useState('');
  return (
    <details class="api-call" onToggle={({ currentTarget }) => currentTarget.open && void curlOf(call).then(setShown)}>
      <summary>{t.apiCall}</summary>
      <pre tabIndex={0}>{shown}</pre>
    </details>
  );
}

/** The field for the reason of an action. The history of the customer shows the reason. */
export function ReasonField({
  value,
  onChange,
  required,
}: {
  value: string;
  onChange: (value: string) => void;
  required: boolean;
}): preact.JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{required ? t.reason : t.reasonOptional}</label>
      <textarea
        id={id}
        rows={3}
        maxLength={500}
        required={required}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <p class="hint">{t.reasonHint}</p>
    </div>
  );
}

/** The buttons of a form in a dialog. `submit` is the label of the submit button. */
export function DialogButtons({
  submit,
  danger,
  disabled,
  onClose,
}: {
  submit: string;
  danger?: boolean;
  disabled?: boolean;
  onClose: () => void;
}): preact.JSX.Element {
  return (
    <div class="buttons">
      <button type="submit" class={danger ? 'danger' : 'primary'} disabled={disabled}>
        {submit}
      </button>
      <button type="button" onClick={onClose}>
        {t.cancel}
      </button>
    </div>
  );
}

/** Asks before an action, and sends it. With `reason`, the employee enters one. */
export function ActionDialog<T>({
  title,
  children,
  confirm,
  danger,
  reason: reasonKind,
  mustEqual,
  call,
  onDone,
  onClose,
}: {
  title: string;
  children?: ComponentChildren;
  confirm: string;
  danger?: boolean;
  reason?: 'required' | 'optional';
  /** A text that the employee must type to confirm. */
  mustEqual?: { label: string; text: string };
  call: (reason: string | undefined) => Call<T>;
  onDone: (result: T, reason: string | undefined) => void;
  onClose: () => void;
}): preact.JSX.Element {
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const id = useId();
  const given = reason.trim() || undefined;
  const current = call(given);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (mustEqual && typed.trim() !== mustEqual.text) return setFailure(t.mustEqual(mustEqual.text));
    setBusy(true);
    try {
      onDone(await dataOf(current()), given);
    } catch (error) {
      setFailure(formatFailure(toFailure(error)));
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {children}
        {reasonKind && <ReasonField value={reason} onChange={setReason} required={reasonKind === 'required'} />}
        {mustEqual && (
          <div class="field">
            <label for={id}>{mustEqual.label}</label>
            <input
              id={id}
              required
              autocomplete="off"
              value={typed}
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          </div>
        )}
        {failure && <Alert>{failure}</Alert>}
        <ApiCall call={current} key={reason} />
        <DialogButtons submit={confirm} danger={danger} disabled={busy} onClose={onClose} />
      </form>
    </Dialog>
  );
}
