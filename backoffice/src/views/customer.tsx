import { useLocation, useRoute } from 'preact-iso';
import { getCustomer } from '../../../clients/typescript/src/emporix/sdk.gen.ts';
import { dataOf } from '../api/calls.ts';
import type { CustomerDto, HistoryEntryDto } from '../../../clients/typescript/src/emporix/types.gen.ts';
import { tenant } from '../api/session.ts';
import { nameOf } from '../format.ts';
import { useLoaded, useTitle } from '../hooks.ts';
import { base, customerPath } from '../links.ts';
import { Standing } from '../parts/standing.tsx';
import { Show } from '../parts/states.tsx';
import { t } from '../texts/index.ts';
import { scope, useCan } from '../user.tsx';
import { Actions } from './customer/actions.tsx';
import { Addresses } from './customer/addresses.tsx';
import { Banners } from './customer/banners.tsx';
import { CustomerCompanies } from './customer/companies.tsx';
import { Consents } from './customer/consents.tsx';
import { Facts } from './customer/facts.tsx';
import { Mails } from './customer/mails.tsx';
import { Notes } from './customer/notes.tsx';
import { Profile } from './customer/profile.tsx';
import { Security } from './customer/security.tsx';
import { CustomerTimeline, loadHistory } from './customer/timeline.tsx';

const VIEWS = ['overview', 'timeline', 'mails', 'security', 'company'] as const;
type View = (typeof VIEWS)[number];

/** The properties of each part of the page: the customer, and a function that loads it again after a change. */
export interface CustomerProps {
  customer: CustomerDto;
  onChanged: () => void;
}

export function Customer(): preact.JSX.Element {
  const { params, query } = useRoute();
  const number = params.number ?? '';
  const view: View = VIEWS.find((name) => name === query.view) ?? 'overview';
  const loaded = useLoaded<CustomerDto>(number, () =>
    dataOf(getCustomer({ path: { tenant, customerNumber: number }, query: { expand: 'addresses' } })),
  );
  const history = useLoaded<HistoryEntryDto[]>(number, () => loadHistory(number));
  useTitle(loaded.data ? nameOf(loaded.data) : t.customer.title);
  const onChanged = (): void => {
    loaded.reload();
    history.reload();
  };
  return (
    <>
      <p class="crumbs">
        <a href={`${base}/customers`}>{t.nav.customers}</a>
      </p>
      <Show loaded={loaded} missing={t.customer.missing}>
        {(customer) => {
          const props = { customer, onChanged };
          return (
            <>
              <header class="head">
                <h1>
                  {nameOf(customer)} <Standing customer={customer} />
                </h1>
                <Actions {...props} />
              </header>
              <Banners customer={customer} history={history.data ?? []} />
              <Tabs number={number} current={view} />
              {view === 'overview' && (
                <div class="columns">
                  <div>
                    <Profile key={number} {...props} />
                    <Addresses {...props} />
                  </div>
                  <div>
                    <Facts {...props} />
                    <Notes number={number} />
                  </div>
                </div>
              )}
              {view === 'timeline' && <CustomerTimeline number={number} />}
              {view === 'mails' && <Mails number={number} />}
              {view === 'security' && <Security {...props} />}
              {view === 'company' && (
                <>
                  <CustomerCompanies customer={customer} />
                  <Consents number={number} />
                </>
              )}
            </>
          );
        }}
      </Show>
    </>
  );
}

function Tabs({ number, current }: { number: string; current: View }): preact.JSX.Element {
  const { path } = useLocation();
  const mayReadMails = useCan()(scope.mails);
  return (
    <nav class="tabs" aria-label={t.customer.views.label} key={path}>
      {VIEWS.filter((view) => view !== 'mails' || mayReadMails).map((view) => (
        <a
          key={view}
          href={`${customerPath(number)}${view === 'overview' ? '' : `?view=${view}`}`}
          aria-current={view === current ? 'page' : undefined}
        >
          {t.customer.views[view]}
        </a>
      ))}
    </nav>
  );
}
