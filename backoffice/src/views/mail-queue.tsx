import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { listOutbox, retryMail } from '../../../clients/typescript/src/emporix/sdk.gen.ts';
import type { ListOutboxData, OutboxMailDto } from '../../../clients/typescript/src/emporix/types.gen.ts';
import { dataOf } from '../api/calls.ts';
import { tenant } from '../api/session.ts';
import { formatDateTime } from '../format.ts';
import { type Page, useDebounced, usePages, useTitle } from '../hooks.ts';
import { base, customerPath } from '../links.ts';
import { ActionDialog } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { MailState, mailName } from '../parts/mail-state.tsx';
import { Empty, Show, ShowMore } from '../parts/states.tsx';
import { announce } from '../parts/toast.tsx';
import { t } from '../texts/index.ts';

const PAGE_SIZE = 50;

/** The search is in the query of the URL, as in the view of customers. `who` is an e-mail address or a customer number. */
interface Filters {
  who: string;
  kind: string;
  status: string;
}

const NONE: Filters = { who: '', kind: '', status: '' };

const kinds = Object.entries(t.mails.kinds).sort(([, one], [, other]) => one.localeCompare(other));

type OutboxQuery = NonNullable<ListOutboxData['query']>;

function queryOf({ who, kind, status }: Filters): OutboxQuery {
  return {
    ...(who && (who.includes('@') ? { to: who } : { customerNumber: who })),
    ...(kind && { kind: kind as OutboxMailDto['kind'] }),
    ...(status && { status: status as OutboxMailDto['status'] }),
  };
}

/** The mails of all customers, newest first, with those that could not be sent. */
export function MailQueue(): preact.JSX.Element {
  const { query, route } = useLocation();
  const filters: Filters = { ...NONE, ...query };
  const [who, setWho] = useState(filters.who);
  const entered = useDebounced(who.trim(), 400);
  const [retried, setRetried] = useState<OutboxMailDto>();
  const load = async (after?: string): Promise<Page<OutboxMailDto, string>> => {
    const query = { pageSize: PAGE_SIZE, ...queryOf(filters), ...(after && { after }) };
    const rows = await dataOf(listOutbox({ path: { tenant }, query }));
    return { rows, ...(rows.length === PAGE_SIZE && { next: rows.at(-1)?.id }) };
  };
  const pages = usePages(`queue ${JSON.stringify(queryOf(filters))}`, load);
  const { first, rows } = pages;
  const change = (changes: Partial<Filters>, replace = false): void => {
    const { who, kind, status } = { ...filters, ...changes };
    const kept = Object.entries({ who, kind, status }).filter(([, value]) => value);
    const parameters = new URLSearchParams(kept).toString();
    route(`${base}/queue${parameters && `?${parameters}`}`, replace);
  };
  useEffect(() => {
    if (entered !== filters.who) change({ who: entered }, true);
  }, [entered]);
  useEffect(() => setWho(filters.who), [filters.who]);
  useTitle(t.nav.queue);
  return (
    <>
      <header class="head">
        <h1>{t.nav.queue}</h1>
        <input
          type="search"
          placeholder={t.mails.search}
          aria-label={t.mails.search}
          value={who}
          onInput={({ currentTarget }) => setWho(currentTarget.value)}
        />
      </header>
      <form class="filters" onSubmit={(event) => event.preventDefault()} aria-label={t.customers.filters}>
        <Field
          label={t.mails.kind}
          value={filters.kind}
          onChange={(kind) => change({ kind })}
          options={[['', t.any], ...kinds]}
        />
        <Field
          label={t.mails.status}
          value={filters.status}
          onChange={(status) => change({ status })}
          options={[['', t.any], ...Object.entries(t.mails.statuses)]}
        />
        {Object.keys(queryOf(filters)).length > 0 && (
          <button type="button" class="quiet" onClick={() => (setWho(''), change(NONE))}>
            {t.customers.reset}
          </button>
        )}
      </form>
      <Show loaded={first}>
        {() => {
          if (rows.length === 0) return <Empty>{t.mails.queueEmpty}</Empty>;
          return (
            <>
              <QueueTable mails={rows} onRetry={setRetried} />
              <ShowMore pages={pages}>{t.more}</ShowMore>
            </>
          );
        }}
      </Show>
      {retried && (
        <ActionDialog
          title={`${t.mails.retry}: ${retried.to}`}
          confirm={t.mails.retry}
          call={() => (client) => retryMail({ client, path: { tenant, mailId: retried.id } })}
          onDone={() => {
            setRetried(undefined);
            announce(t.mails.queued);
            first.reload();
          }}
          onClose={() => setRetried(undefined)}
        >
          <p>{t.mails.retryText}</p>
        </ActionDialog>
      )}
    </>
  );
}

function QueueTable({
  mails,
  onRetry,
}: {
  mails: OutboxMailDto[];
  onRetry: (mail: OutboxMailDto) => void;
}): preact.JSX.Element {
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">{t.mails.kind}</th>
            <th scope="col" class="email">
              {t.mails.to}
            </th>
            <th scope="col">{t.mails.status}</th>
            <th scope="col">{t.created}</th>
            <th scope="col">
              <span class="unseen">{t.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {mails.map((mail) => (
            <tr key={mail.id}>
              <td data-label={t.mails.kind}>{mailName(mail.kind)}</td>
              <td data-label={t.mails.to}>
                {mail.customerNumber ? (
                  <a class="break" href={customerPath(mail.customerNumber)}>
                    {mail.to}
                  </a>
                ) : (
                  <span class="break">{mail.to}</span>
                )}
              </td>
              <td data-label={t.mails.status}>
                <MailState mail={mail} />
              </td>
              <td data-label={t.created}>{formatDateTime(mail.createdAt)}</td>
              <td class="actions">
                {mail.status === 'given_up' && (
                  <button type="button" aria-label={`${t.mails.retry}: ${mail.to}`} onClick={() => onRetry(mail)}>
                    {t.mails.retry}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
