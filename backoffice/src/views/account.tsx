import { tenant } from '../api/session.ts';
import { changeOwnPassword } from '../../../clients/typescript/src/emporix/sdk.gen.ts';
import { useState } from 'preact/hooks';
import { dataOf } from '../api/calls.ts';
import { type ApiFailure, toFailure } from '../api/failure.ts';
import { formatFailure } from '../format.ts';
import { useTitle } from '../hooks.ts';
import { Field } from '../parts/field.tsx';
import { LanguageChoice } from '../parts/language-choice.tsx';
import { Alert } from '../parts/states.tsx';
import { announce } from '../parts/toast.tsx';
import { t } from '../texts/index.ts';
import { useUser } from '../user.tsx';

/** The employee's own account: name, role, language and password. */
export function Account(): preact.JSX.Element {
  const { name, email, role } = useUser();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [failure, setFailure] = useState<ApiFailure>();
  useTitle(t.account.title);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFailure(undefined);
    try {
      await dataOf(changeOwnPassword({ path: { tenant }, body: { currentPassword: current, newPassword: next } }));
      setCurrent('');
      setNext('');
      announce(t.account.changed);
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <>
      <h1>{t.account.title}</h1>
      <section class="card">
        <dl class="facts">
          <dt>{t.name}</dt>
          <dd>{name}</dd>
          <dt>{t.email}</dt>
          <dd>{email}</dd>
          {role && (
            <>
              <dt>{t.role}</dt>
              <dd>{t.roles[role] ?? role}</dd>
            </>
          )}
        </dl>
        <h2>{t.account.language}</h2>
        <LanguageChoice />
      </section>
      <section class="card">
        <h2>{t.account.password}</h2>
        <form class="short" onSubmit={(event) => void submit(event)}>
          {failure && <Alert>{formatFailure(failure)}</Alert>}
          <Field
            label={t.account.current}
            type="password"
            value={current}
            onChange={setCurrent}
            autocomplete="current-password"
            error={failure?.fields.currentPassword}
            required
          />
          <Field
            label={t.newPassword.field}
            type="password"
            value={next}
            onChange={setNext}
            autocomplete="new-password"
            error={failure?.fields.newPassword}
            hint={t.newPassword.hint}
            required
          />
          <button type="submit" class="primary">
            {t.account.change}
          </button>
        </form>
      </section>
    </>
  );
}
