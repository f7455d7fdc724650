import { useState } from 'preact/hooks';
import { useTitle } from '../hooks.ts';
import { Field } from '../parts/field.tsx';
import { t } from '../texts/index.ts';

/** `/backoffice` of a service with several tenants. */
export function ChooseTenant(): preact.JSX.Element {
  const [name, setName] = useState('');
  useTitle(t.login.title);
  const open = (event: Event): void => {
    event.preventDefault();
    location.assign(`/backoffice/${encodeURIComponent(name.trim())}`);
  };
  return (
    <main class="alone">
      <form class="card" onSubmit={open}>
        <h1>{t.chooseTenant.title}</h1>
        <Field label={t.chooseTenant.name} value={name} onChange={setName} hint={t.chooseTenant.hint} required />
        <button type="submit" class="primary">
          {t.next}
        </button>
      </form>
    </main>
  );
}
