import { getOwnAccount } from '../../clients/typescript/src/emporix/sdk.gen.ts';
import { LocationProvider, Route, Router, useLocation } from 'preact-iso';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { dataOf } from './api/calls.ts';
import { session, tenant, watchIdleness } from './api/session.ts';
import { useLoaded } from './hooks.ts';
import { base } from './links.ts';
import { Loading, Show } from './parts/states.tsx';
import { Toast } from './parts/toast.tsx';
import { t } from './texts/index.ts';
import { User, scope, useCan, useUser } from './user.tsx';
import { Account } from './views/account.tsx';
import { ChooseTenant } from './views/choose-tenant.tsx';
import { Clients } from './views/clients.tsx';
import { Companies, Company } from './views/companies.tsx';
import { Customer } from './views/customer.tsx';
import { Customers } from './views/customers.tsx';
import { Employees } from './views/employees.tsx';
import { MailQueue } from './views/mail-queue.tsx';
import { MailTextEditor, MailTexts } from './views/mail-texts.tsx';
import { NewPassword } from './views/new-password.tsx';
import { Settings } from './views/settings.tsx';
import { Login } from './views/login.tsx';
import { Waiting, useWaitingCount } from './views/waiting.tsx';

export function App(): preact.JSX.Element {
  const [, rerender] = useState(0);
  useEffect(() => session.subscribe(() => rerender((count) => count + 1)), []);
  useEffect(watchIdleness, []);
  if (!tenant) return <ChooseTenant />;
  if (location.pathname === `${base}/password`) return <NewPassword />;
  // The URL stays the same, so the employee returns to the same place.
  if (!session.tokens) return <Login />;
  return (
    <LocationProvider scope="/backoffice">
      <LoggedIn key={session.tokens.email} />
    </LocationProvider>
  );
}

function LoggedIn(): preact.JSX.Element {
  const me = useLoaded('me', () => dataOf(getOwnAccount({ path: { tenant } })));
  if (!me.data) return <main class="alone">{me.failure ? <Show loaded={me}>{() => null}</Show> : <Loading />}</main>;
  return (
    <User.Provider value={me.data}>
      <Frame>
        <Router>
          <Route path={base} component={Home} />
          <Route path={`${base}/waiting`} component={Waiting} />
          <Route path={`${base}/customers`} component={Customers} />
          <Route path={`${base}/customers/:number`} component={Customer} />
          <Route path={`${base}/companies`} component={Companies} />
          <Route path={`${base}/companies/:id`} component={Company} />
          <Route path={`${base}/employees`} component={Employees} />
          <Route path={`${base}/clients`} component={Clients} />
          <Route path={`${base}/mails`} component={MailTexts} />
          <Route path={`${base}/mails/:kind/:language`} component={MailTextEditor} />
          <Route path={`${base}/queue`} component={MailQueue} />
          <Route path={`${base}/settings`} component={Settings} />
          <Route path={`${base}/account`} component={Account} />
          <Route default component={NotFound} />
        </Router>
      </Frame>
      <Toast />
    </User.Provider>
  );
}

function Home(): preact.JSX.Element {
  const { route } = useLocation();
  useEffect(() => route(`${base}/waiting`, true), []);
  return <Loading />;
}

function NotFound(): preact.JSX.Element {
  return (
    <>
      <h1>{t.notFound}</h1>
      <p>
        <a href={`${base}/waiting`}>{t.nav.waiting}</a>
      </p>
    </>
  );
}

function Frame({ children }: { children: ComponentChildren }): preact.JSX.Element {
  const can = useCan();
  const { path } = useLocation();
  const { name } = useUser();
  const waiting = useWaitingCount();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  useEffect(() => {
    // After a change of the view, the keyboard and screen readers continue at its beginning.
    if (!isFirst.current) {
      window.scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
    isFirst.current = false;
  }, [path]);
  const links = [
    ['waiting', can(scope.read), waiting],
    ['customers', can(scope.read)],
    ['companies', can(scope.readCompanies)],
    ['employees', can(scope.admin)],
    ['clients', can(scope.admin)],
    ['mails', can(scope.admin)],
    ['queue', can(scope.mails)],
    ['settings', can(scope.admin)],
  ] as const;
  return (
    <div class="frame">
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        {t.skip}
      </a>
      <header class="bar">
        <a class="brand" href={`${base}/waiting`}>
          Foyer <span>{tenant}</span>
        </a>
        <nav aria-label={t.nav.label}>
          <ul>
            {links.map(
              ([view, isAllowed, count]) =>
                isAllowed && (
                  <li key={view}>
                    <a
                      href={`${base}/${view}`}
                      aria-current={
                        path === `${base}/${view}` || path.startsWith(`${base}/${view}/`) ? 'page' : undefined
                      }
                    >
                      {t.nav[view]}
                      {count !== undefined && count > 0 && <span class="count">{count > 999 ? '999+' : count}</span>}
                    </a>
                  </li>
                ),
            )}
          </ul>
        </nav>
        <div class="me">
          <a href={`${base}/account`} aria-current={path === `${base}/account` ? 'page' : undefined}>
            {name}
          </a>
          <button type="button" class="quiet" onClick={() => session.end()}>
            {t.logOut}
          </button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
