import { requestEmployeePasswordReset } from '../../../clients/typescript/src/emporix/sdk.gen.ts';
import { useState } from 'preact/hooks';
import { dataOf } from '../api/calls.ts';
import { toFailure } from '../api/failure.ts';
import { session, tenant } from '../api/session.ts';
import { formatFailure } from '../format.ts';
import { useTitle } from '../hooks.ts';
import { LanguageChoice } from '../parts/language-choice.tsx';
import { Field } from '../parts/field.tsx';
import { Alert } from '../parts/states.tsx';
import { t } from '../texts/index.ts';

/** The employee of `npm run demo`. */
const DEMO_EMPLOYEE = { email: 'staff@demo.example', password: 'password123' };
const isDemo = document.querySelector('meta[name="foyer-mode"]')?.getAttribute('content') === 'demo';

export function Login(): preact.JSX.Element {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const [forgotten, setForgotten] = useState(false);
  useTitle(t.login.title);
  const { endedBecause } = session;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure('');
    try {
      await session.start(email.trim(), password);
    } catch (error) {
      const { status, message } = toFailure(error);
      setFailure(status === 400 || status === 401 ? t.login.rejected : formatFailure({ status, message }));
      setPassword('');
      setBusy(false);
    }
  };
  return (
    <main class="alone">
      <div class="card">
        <p class="brand">
          Foyer <span>{tenant}</span>
        </p>
        {forgotten ? (
          <ForgottenPassword email={email} onBack={() => setForgotten(false)} />
        ) : (
          <form onSubmit={(event) => void submit(event)}>
            <h1>{t.login.title}</h1>
            {endedBecause && !failure && (
              <p class="notice" role="status">
                {t.login[endedBecause]}
              </p>
            )}
            {failure && <Alert>{failure}</Alert>}
            <Field label={t.email} type="email" value={email} onChange={setEmail} autocomplete="username" required />
            <Field
              label={t.password}
              type="password"
              value={password}
              onChange={setPassword}
              autocomplete="current-password"
              required
            />
            <div class="buttons">
              <button type="submit" class="primary" disabled={busy}>
                {t.login.submit}
              </button>
              <button type="button" class="quiet" onClick={() => setForgotten(true)}>
                {t.login.forgotten}
              </button>
            </div>
            {isDemo && (
              <button
                type="button"
                class="wide"
                onClick={() => (setEmail(DEMO_EMPLOYEE.email), setPassword(DEMO_EMPLOYEE.password))}
              >
                {t.login.demo}
              </button>
            )}
          </form>
        )}
      </div>
      <LanguageChoice />
    </main>
  );
}

function ForgottenPassword({ email: initial, onBack }: { email: string; onBack: () => void }): preact.JSX.Element {
  const [email, setEmail] = useState(initial);
  const [result, setResult] = useState<{ text: string; isBad: boolean }>();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await dataOf(requestEmployeePasswordReset({ path: { tenant }, body: { email: email.trim() } }));
      setResult({ text: t.forgotten.sent, isBad: false });
    } catch (error) {
      setResult({ text: formatFailure(toFailure(error)), isBad: true });
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>{t.forgotten.title}</h1>
      <p>{t.forgotten.text}</p>
      {result && (
        <p class={result.isBad ? 'notice notice-bad' : 'notice'} role="alert">
          {result.text}
        </p>
      )}
      <Field label={t.email} type="email" value={email} onChange={setEmail} autocomplete="username" required />
      <div class="buttons">
        <button type="submit" class="primary">
          {t.forgotten.submit}
        </button>
        <button type="button" class="quiet" onClick={onBack}>
          {t.back}
        </button>
      </div>
    </form>
  );
}
