import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { toFailure } from '../api/failure.ts';
import type { CustomerDto } from '../../../clients/typescript/src/emporix/types.gen.ts';
import { download } from '../download.ts';
import { type CustomersPage, customersCsv, findCustomers, quoted, searchTerms } from '../customers.ts';
import { formatDateTime, formatFailure, formatNumber, nameOf } from '../format.ts';
import { useDebounced, useLoaded, useTitle } from '../hooks.ts';
import { base, customerPath } from '../links.ts';
import { Field } from '../parts/field.tsx';
import { Standing } from '../parts/standing.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { announce } from '../parts/toast.tsx';
import { t } from '../texts/index.ts';

const PAGE_SIZE = 50;

/** The search is in the query of the URL, so that a view can be shared and the back button works. */
interface Filters {
  search: string;
  standing: string;
  state: string;
  restriction: string;
  since: string;
  until: string;
  sort: string;
  page: string;
}

const NONE: Filters = {
  search: '',
  standing: '',
  state: '',
  restriction: '',
  since: '',
  until: '',
  sort: 'metadata.createdAt:desc',
  page: '1',
};

/** The conditions of the filter "State". */
const STATES: Record<string, string> = {
  onHold: 'onHold:true',
  unconfirmed: 'emailConfirmed:false',
  locked: 'lockedUntil:exists',
  neverLoggedIn: 'lastLogin:null',
};

function queryOf({ search, standing, state, restriction, since, until }: Filters): string {
  const day = (date: string, days: number): string =>
    new Date(new Date(`${date}T00:00`).getTime() + days * 86_400_000).toISOString();
  return [
    searchTerms(search),
    standing && `standing:${standing}`,
    STATES[state],
    restriction && `restriction:${quoted(restriction)}`,
    since && `metadata.createdAt:>="${day(since, 0)}"`,
    until && `metadata.createdAt:<"${day(until, 1)}"`,
  ]
    .filter(Boolean)
    .join(' ');
}

export function Customers(): preact.JSX.Element {
  const { query, route } = useLocation();
  const filters: Filters = { ...NONE, ...query };
  const [search, setSearch] = useState(filters.search);
  const words = useDebounced(search, 250);
  useTitle(t.nav.customers);

  const change = (changes: Partial<Filters>, replace = false): void => {
    const next = { ...filters, page: NONE.page, ...changes };
    const kept = Object.entries(next).filter(([name, value]) => value !== NONE[name as keyof Filters]);
    const parameters = new URLSearchParams(kept).toString();
    route(`${base}/customers${parameters && `?${parameters}`}`, replace);
  };
  useEffect(() => {
    if (words !== filters.search) change({ search: words }, true);
  }, [words]);
  useEffect(() => setSearch(filters.search), [filters.search]);

  const q = queryOf(filters);
  const pageNumber = Math.max(1, Number(filters.page) || 1);
  const page = useLoaded<CustomersPage>(`${q} ${filters.sort} ${pageNumber}`, () =>
    findCustomers({ q, sort: filters.sort, pageNumber, pageSize: PAGE_SIZE }),
  );
  const isFiltered = q !== '';

  return (
    <>
      <header class="head">
        <h1>
          {t.nav.customers} {page.data && <span class="total">{formatNumber(page.data.total)}</span>}
        </h1>
        <input
          type="search"
          placeholder={t.customers.search}
          aria-label={t.customers.search}
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      </header>
      <form class="filters" onSubmit={(event) => event.preventDefault()} aria-label={t.customers.filters}>
        <Field
          label={t.customers.standing}
          value={filters.standing}
          onChange={(standing) => change({ standing })}
          options={[['', t.any], ...Object.entries(t.standings)]}
        />
        <Field
          label={t.customers.state}
          value={filters.state}
          onChange={(state) => change({ state })}
          options={[['', t.any], ...Object.entries(t.customers.states)]}
        />
        <Field
          label={t.customers.restriction}
          value={filters.restriction}
          onChange={(restriction) => change({ restriction }, true)}
        />
        <Field label={t.customers.since} type="date" value={filters.since} onChange={(since) => change({ since })} />
        <Field label={t.customers.until} type="date" value={filters.until} onChange={(until) => change({ until })} />
        {(isFiltered || filters.sort !== NONE.sort) && (
          <button type="button" class="quiet" onClick={() => (setSearch(''), change(NONE))}>
            {t.customers.reset}
          </button>
        )}
        <Download q={q} />
      </form>
      <Show loaded={page}>
        {({ customers, total }) =>
          customers.length === 0 ? (
            <Empty>{isFiltered ? t.noMatch : t.customers.empty}</Empty>
          ) : (
            <>
              <CustomersTable customers={customers} sort={filters.sort} onSort={(sort) => change({ sort })} />
              <Pages number={pageNumber} total={total} onChange={(number) => change({ page: String(number) })} />
            </>
          )
        }
      </Show>
    </>
  );
}

function CustomersTable({
  customers,
  sort,
  onSort,
}: {
  customers: CustomerDto[];
  sort: string;
  onSort: (sort: string) => void;
}): preact.JSX.Element {
  const columns = [
    ['lastName', t.name],
    ['email', t.email],
    ['company', t.company],
    ['active', t.customers.standing],
    ['lastLogin', t.lastLogin],
    ['metadata.createdAt', t.created],
  ] as const;
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            {columns.map(([field, label]) => (
              <SortedHeader
                key={field}
                field={field}
                label={label}
                sort={sort}
                onSort={onSort}
                canSort={field !== 'email'}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {customers.map((customer) => (
            <tr key={customer.id}>
              <td data-label={t.name}>
                <a href={customerPath(customer.id)}>{nameOf(customer)}</a> <span class="faint">{customer.id}</span>
              </td>
              <td data-label={t.email}>
                <span class="break">{customer.email ?? customer.contactEmail}</span>
              </td>
              <td data-label={t.company}>{customer.company ?? customer.b2b?.legalEntities?.[0]?.name}</td>
              <td data-label={t.customers.standing}>
                <Standing customer={customer} />
              </td>
              <td data-label={t.lastLogin}>{formatDateTime(customer.lastLogin) || t.never}</td>
              <td data-label={t.created}>{formatDateTime(customer.metadataCreatedAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SortedHeader({
  field,
  label,
  sort,
  onSort,
  canSort,
}: {
  field: string;
  label: string;
  sort: string;
  onSort: (sort: string) => void;
  canSort: boolean;
}): preact.JSX.Element {
  const isUp = sort === field;
  const isDown = sort === `${field}:desc`;
  if (!canSort)
    return (
      <th scope="col" class="email">
        {label}
      </th>
    );
  return (
    <th scope="col" aria-sort={isUp ? 'ascending' : isDown ? 'descending' : 'none'}>
      <button type="button" class="sort" onClick={() => onSort(isUp ? `${field}:desc` : field)}>
        {label} <span aria-hidden="true">{isUp ? '↑' : isDown ? '↓' : ''}</span>
      </button>
    </th>
  );
}

function Pages({
  number,
  total,
  onChange,
}: {
  number: number;
  total: number;
  onChange: (number: number) => void;
}): preact.JSX.Element | null {
  const last = Math.max(1, Math.ceil(total / PAGE_SIZE));
  if (last === 1) return null;
  return (
    <nav class="pages" aria-label={t.pages.label}>
      <button type="button" disabled={number <= 1} onClick={() => onChange(number - 1)}>
        {t.pages.previous}
      </button>
      <span>{t.pages.of(number, last)}</span>
      <button type="button" disabled={number >= last} onClick={() => onChange(number + 1)}>
        {t.pages.next}
      </button>
    </nav>
  );
}

/** Downloads all customers of the search, as the service streams them. */
function Download({ q }: { q: string }): preact.JSX.Element {
  const [busy, setBusy] = useState(false);
  const start = async (): Promise<void> => {
    setBusy(true);
    try {
      // Excel reads a file as UTF-8 only if it begins with a byte order mark.
      download('customers.csv', ['\uFEFF', await customersCsv(q)], 'text/csv');
    } catch (error) {
      announce(formatFailure(toFailure(error)));
    }
    setBusy(false);
  };
  return (
    <button type="button" disabled={busy} onClick={() => void start()}>
      {busy ? t.loading : t.customers.download}
    </button>
  );
}
