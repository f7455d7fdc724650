import { dataOf } from '../api/calls.ts';
import { useLocation } from 'preact-iso';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { toFailure } from '../api/failure.ts';
import type { CustomerDto } from '../../../clients/typescript/src/emporix/types.gen.ts';
import { useKnownCompanies } from '../companies.ts';
import { type CustomersPage, decisionOn, findWaiting, searchTerms } from '../customers.ts';
import { formatAge, formatDateTime, formatFailure, formatLanguage, formatNumber, nameOf } from '../format.ts';
import { useDebounced, useInterval, useLoaded, useTitle } from '../hooks.ts';
import { customerPath } from '../links.ts';
import { DeclineDialog } from '../parts/decline-dialog.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { announce } from '../parts/toast.tsx';
import { t } from '../texts/index.ts';
import { scope, useCan } from '../user.tsx';

/** New sign-ups appear at the latest after this time. */
const POLL_SECONDS = 12;
/** The oldest customers that are shown at once. */
const PAGE_SIZE = 100;

let showCount: ((count: number) => void) | undefined;

/** The number of customers who wait, which the list updates; undefined before the first list. */
export function useWaitingCount(): number | undefined {
  const [count, setCount] = useState<number>();
  const can = useCan();
  useEffect(() => {
    showCount = setCount;
    if (can(scope.read))
      void findWaiting('', 1).then(
        ({ total }) => setCount(total),
        () => undefined,
      );
    return () => (showCount = undefined);
  }, []);
  return count;
}

/** The customers who await activation, oldest first. */
export function Waiting(): preact.JSX.Element {
  const can = useCan();
  const mayDecide = can(scope.decide);
  const [search, setSearch] = useState('');
  const words = useDebounced(searchTerms(search), 250);
  const page = useLoaded<CustomersPage>(`waiting ${words}`, () => findWaiting(words, PAGE_SIZE));
  /** Rows whose decision is sent. They disappear at once, and come back if it fails. */
  const [decided, setDecided] = useState<ReadonlySet<string>>(new Set());
  const [failures, setFailures] = useState<ReadonlyMap<string, string>>(new Map());
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [declining, setDeclining] = useState<CustomerDto[]>();
  const [wantsFocus, setWantsFocus] = useState(false);
  const searchField = useRef<HTMLInputElement>(null);
  const rows = useMemo(() => page.data?.customers.filter(({ id }) => !decided.has(id)) ?? [], [page.data, decided]);
  const hidden = (page.data?.customers.length ?? 0) - rows.length;
  const total = page.data && Math.max(page.data.total - hidden, rows.length);
  useInterval(page.reload, POLL_SECONDS);
  useTitle(total === undefined ? t.nav.waiting : `${t.nav.waiting} (${total})`);
  useEffect(() => {
    if (total !== undefined && !words) showCount?.(total);
  }, [total, words]);

  const send = async (customers: CustomerDto[], decision: 'activate' | 'decline', reason?: string): Promise<void> => {
    const ids = customers.map(({ id }) => id);
    setDecided((before) => new Set([...before, ...ids]));
    setSelected((before) => new Set([...before].filter((id) => !ids.includes(id))));
    setWantsFocus(true);
    setFailures((before) => new Map([...before].filter(([id]) => !ids.includes(id))));
    const failed = new Map<string, string>();
    try {
      for (const { customerNumber, code, message = '' } of await dataOf(decisionOn(ids, decision, reason)())) {
        if (code >= 400) failed.set(customerNumber, formatFailure({ status: code, message }));
      }
    } catch (error) {
      for (const id of ids) failed.set(id, formatFailure(toFailure(error)));
    }
    setDecided((before) => new Set([...before].filter((id) => !failed.has(id))));
    setFailures((before) => new Map([...before, ...failed]));
    const done = ids.length - failed.size;
    const name = customers[0] ? nameOf(customers[0]) : '';
    if (failed.size > 0) announce(t.waiting.failed(failed.size));
    else announce(decision === 'activate' ? t.waiting.activated(done, name) : t.waiting.declined(done, name));
    page.reload();
  };
  const chosen = rows.filter(({ id }) => selected.has(id));

  return (
    <>
      <header class="head">
        <h1>
          {t.nav.waiting} {total !== undefined && <span class="total">{formatNumber(total)}</span>}
        </h1>
        <input
          ref={searchField}
          type="search"
          placeholder={t.waiting.search}
          aria-label={t.waiting.search}
          value={search}
          onInput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
      </header>
      {chosen.length > 0 && mayDecide && (
        <div class="selection">
          <span>{t.waiting.selected(chosen.length)}</span>
          <button type="button" class="primary" onClick={() => void send(chosen, 'activate')}>
            {t.activate}
          </button>
          <button type="button" onClick={() => setDeclining(chosen)}>
            {t.decline}
          </button>
          <button type="button" class="quiet" onClick={() => setSelected(new Set())}>
            {t.waiting.clear}
          </button>
        </div>
      )}
      <Show loaded={page}>
        {() =>
          rows.length === 0 ? (
            <Empty>{words ? t.noMatch : t.waiting.empty}</Empty>
          ) : (
            <>
              <WaitingTable
                rows={rows}
                failures={failures}
                selected={selected}
                setSelected={setSelected}
                mayDecide={mayDecide}
                wantsFocus={wantsFocus}
                onFocused={() => setWantsFocus(false)}
                onActivate={(customers) => void send(customers, 'activate')}
                onDecline={setDeclining}
                onSearch={() => searchField.current?.focus()}
              />
              <p class="hint">
                {total !== undefined && total > rows.length && t.waiting.more(rows.length)}{' '}
                {mayDecide && t.waiting.keys}
              </p>
            </>
          )
        }
      </Show>
      {declining && (
        <DeclineDialog
          customers={declining}
          onClose={() => setDeclining(undefined)}
          onDecline={(reason) => {
            setDeclining(undefined);
            void send(declining, 'decline', reason);
          }}
        />
      )}
    </>
  );
}

interface TableProps {
  rows: CustomerDto[];
  failures: ReadonlyMap<string, string>;
  selected: ReadonlySet<string>;
  setSelected: (selected: ReadonlySet<string>) => void;
  mayDecide: boolean;
  onActivate: (customers: CustomerDto[]) => void;
  onDecline: (customers: CustomerDto[]) => void;
  onSearch: () => void;
  /** Whether the keyboard continues in the list, because its row was decided. */
  wantsFocus: boolean;
  onFocused: () => void;
}

/**
 * A grid whose rows take the focus. Single keys act only while a row has it (WCAG 2.1.4), so that speech input and other
 * controls do not trigger them. In a selected row, `a` and `d` act on the selection; in another row, on that row only.
 */
function WaitingTable(props: TableProps): preact.JSX.Element {
  const { rows, failures, selected, setSelected, mayDecide, onActivate, onDecline, onSearch, wantsFocus, onFocused } =
    props;
  const { route } = useLocation();
  const body = useRef<HTMLTableSectionElement>(null);
  const [current, setCurrent] = useState(0);
  const index = Math.min(current, rows.length - 1);
  const companies = useKnownCompanies(rows);

  const rowAt = (position: number): HTMLElement | undefined =>
    body.current?.querySelectorAll<HTMLElement>('tr[data-row]')[position];
  // When the focused row disappears, the next one takes its place.
  useEffect(() => {
    if (!wantsFocus) return;
    rowAt(index)?.focus();
    onFocused();
  }, [rows, wantsFocus]);
  const move = (to: number): void => {
    const next = Math.max(0, Math.min(to, rows.length - 1));
    setCurrent(next);
    rowAt(next)?.focus();
  };
  const toggle = (id: string): void => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    setSelected(next);
  };
  const activate = (customers: CustomerDto[], position: number): void => {
    setCurrent(position);
    onActivate(customers);
  };
  const targetsIn = (customer: CustomerDto): CustomerDto[] =>
    selected.has(customer.id) ? rows.filter(({ id }) => selected.has(id)) : [customer];
  const onKey = (event: KeyboardEvent, customer: CustomerDto, position: number): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Record<string, () => void> = {
      ArrowDown: () => move(position + 1),
      ArrowUp: () => move(position - 1),
      Home: () => move(0),
      End: () => move(rows.length - 1),
      Enter: () => route(customerPath(customer.id)),
      '/': onSearch,
      ...(mayDecide && {
        ' ': () => toggle(customer.id),
        a: () => activate(targetsIn(customer), position),
        d: () => onDecline(targetsIn(customer)),
      }),
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  return (
    <div class="table">
      <table role="grid" aria-label={t.nav.waiting} aria-multiselectable={mayDecide ? true : undefined}>
        <thead>
          <tr>
            {mayDecide && (
              <th scope="col" class="narrow">
                <input
                  type="checkbox"
                  aria-label={t.waiting.selectAll}
                  checked={rows.every(({ id }) => selected.has(id))}
                  onChange={({ currentTarget }) =>
                    setSelected(new Set(currentTarget.checked ? rows.map(({ id }) => id) : []))
                  }
                />
              </th>
            )}
            <th scope="col">{t.name}</th>
            <th scope="col" class="email">
              {t.email}
            </th>
            <th scope="col" class="company">
              {t.company}
            </th>
            <th scope="col">{t.language}</th>
            <th scope="col">{t.waiting.since}</th>
            {mayDecide && (
              <th scope="col">
                <span class="unseen">{t.actions}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody ref={body}>
          {rows.map((customer, position) => (
            <WaitingRow
              key={customer.id}
              customer={customer}
              mayDecide={mayDecide}
              failure={failures.get(customer.id)}
              isCompanyKnown={companies(customer)}
              isCurrent={position === index}
              isSelected={selected.has(customer.id)}
              onFocus={() => setCurrent(position)}
              onKey={(event) => onKey(event, customer, position)}
              onToggle={() => toggle(customer.id)}
              onActivate={() => activate([customer], position)}
              onDecline={() => onDecline([customer])}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  customer: CustomerDto;
  failure: string | undefined;
  isCompanyKnown: boolean | undefined;
  /** Whether the Tab key moves the focus to this row of the grid (roving tabindex). */
  isCurrent: boolean;
  isSelected: boolean;
  mayDecide: boolean;
  /** Called only if the row itself has the focus, not a control in it. The same applies to `onKey`. */
  onFocus: () => void;
  onKey: (event: KeyboardEvent) => void;
  onToggle: () => void;
  onActivate: () => void;
  onDecline: () => void;
}

function WaitingRow(props: RowProps): preact.JSX.Element {
  const { customer, failure, isCompanyKnown, isCurrent, isSelected, mayDecide } = props;
  const { onFocus, onKey, onToggle, onActivate, onDecline } = props;
  const since = customer.standingSince ?? customer.metadataCreatedAt;
  return (
    <tr
      data-row
      tabIndex={isCurrent ? 0 : -1}
      aria-selected={mayDecide ? isSelected : undefined}
      class={failure ? 'bad' : undefined}
      onFocus={(event) => event.target === event.currentTarget && onFocus()}
      onKeyDown={(event) => event.target === event.currentTarget && onKey(event)}
    >
      {mayDecide && (
        <td class="narrow">
          <input
            type="checkbox"
            aria-label={t.waiting.select(nameOf(customer))}
            checked={isSelected}
            onChange={onToggle}
          />
        </td>
      )}
      <td data-label={t.name}>
        <a href={customerPath(customer.id)}>{nameOf(customer)}</a>
        {failure && (
          <p class="error" role="alert">
            {failure}
          </p>
        )}
      </td>
      <td data-label={t.email}>
        <span class="break">{customer.email ?? customer.contactEmail}</span>{' '}
        {customer.emailConfirmed !== undefined && (
          <span class={customer.emailConfirmed ? 'badge good' : 'badge warn'}>
            {customer.emailConfirmed ? t.confirmed : t.unconfirmed}
          </span>
        )}
      </td>
      <td data-label={t.company}>
        <Company customer={customer} isKnown={isCompanyKnown} />
      </td>
      <td data-label={t.language}>{formatLanguage(customer.preferredLanguage)}</td>
      <td data-label={t.waiting.since}>
        <time dateTime={since} title={formatDateTime(since)}>
          {formatAge(since)}
        </time>
      </td>
      {mayDecide && (
        <td class="actions">
          <button type="button" class="primary" aria-label={`${t.activate}: ${nameOf(customer)}`} onClick={onActivate}>
            {t.activate}
          </button>
          <button type="button" aria-label={`${t.decline}: ${nameOf(customer)}`} onClick={onDecline}>
            {t.decline}
          </button>
        </td>
      )}
    </tr>
  );
}

/** The company that the customer entered, and whether the tenant knows its registration id. */
function Company({
  customer,
  isKnown,
}: {
  customer: CustomerDto;
  isKnown: boolean | undefined;
}): preact.JSX.Element | null {
  const { company, b2b } = customer;
  const registrationId = b2b?.companyRegistrationId;
  const name = company ?? b2b?.legalEntities?.[0]?.name;
  if (!name && !registrationId) return null;
  return (
    <>
      {name} {registrationId && <span class="faint">{registrationId}</span>}{' '}
      {registrationId && isKnown !== undefined && (
        <span class={isKnown ? 'badge good' : 'badge warn'}>{isKnown ? t.waiting.known : t.waiting.unknown}</span>
      )}
    </>
  );
}
