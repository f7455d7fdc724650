import { tenant } from '../api/session.ts';
import { resetEmployeePassword } from '../../../clients/typescript/src/emporix/sdk.gen.ts';
import { useState } from 'preact/hooks';
import { dataOf } from '../api/calls.ts';
import { toFailure } from '../api/failure.ts';
import { formatFailure } from '../format.ts';
import { useTitle } from '../hooks.ts';
import { base } from '../links.ts';
import { Field } from '../parts/field.tsx';
import { Alert } from '../parts/states.tsx';
import { t } from '../texts/index.ts';

/** Where the links in the mails to employees lead: sets the first password, or a new one. */
export function NewPassword(): preact.JSX.Element {
  const [token] = useState(() => new URLSearchParams(location.search).get('token') ?? '');
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState('');
  const [done, setDone] = useState(false);
  useTitle(t.newPassword.title);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFailure('');
    try {
      await dataOf(resetEmployeePassword({ path: { tenant }, body: { token, password } }));
      setDone(true);
    } catch (error) {
      const { status, message, fields } = toFailure(error);
      const isLinkBad = status === 401 || status === 403 || status === 404 || fields.token !== undefined;
      setFailure(isLinkBad ? t.newPassword.invalid : (fields.password ?? formatFailure({ status, message })));
    }
  };
  return (
    <main class="alone">
      <div class="card">
        <h1>{t.newPassword.title}</h1>
        {done ? (
          <>
            <p role="status">{t.newPassword.done}</p>
            <a class="button primary" href={base}>
              {t.login.title}
            </a>
          </>
        ) : (
          <form onSubmit={(event) => void submit(event)}>
            {failure && <Alert>{failure}</Alert>}
            <Field
              label={t.newPassword.field}
              type="password"
              value={password}
              onChange={setPassword}
              autocomplete="new-password"
              hint={t.newPassword.hint}
              required
            />
            <button type="submit" class="primary">
              {t.newPassword.submit}
            </button>
          </form>
        )}
      </div>
    </main>
  );
}
