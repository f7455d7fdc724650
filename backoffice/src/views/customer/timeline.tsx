import { listCustomerHistory } from '../../../../clients/typescript/src/emporix/sdk.gen.ts';
import { dataOf } from '../../api/calls.ts';
import type { HistoryEntryDto } from '../../../../clients/typescript/src/emporix/types.gen.ts';
import { tenant } from '../../api/session.ts';
import { formatDateTime, inWords } from '../../format.ts';
import { type Page, usePages } from '../../hooks.ts';
import { mailName } from '../../parts/mail-state.tsx';
import { Empty, Show, ShowMore } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { actorOf } from './banners.tsx';

/** The latest decisions about a customer, for the banners. */
export async function loadHistory(number: string): Promise<HistoryEntryDto[]> {
  const path = { tenant, customerNumber: number };
  const actions = ['customer_changed', 'customer_declined'] as const;
  const lists = await Promise.all(
    actions.map((action) => dataOf(listCustomerHistory({ path, query: { pageSize: 100, action } }))),
  );
  return lists.flat().sort((one, other) => other.at.localeCompare(one.at));
}

const PAGE_SIZE = 30;

/** Loads a page of the timeline, newest first. */
async function loadPage(number: string, page = 1): Promise<Page<HistoryEntryDto, number>> {
  const query = { pageSize: PAGE_SIZE, pageNumber: page };
  const rows = await dataOf(listCustomerHistory({ path: { tenant, customerNumber: number }, query }));
  return { rows, ...(rows.length === PAGE_SIZE && { next: page + 1 }) };
}

export function CustomerTimeline({ number }: { number: string }): preact.JSX.Element {
  const pages = usePages(number, (page?: number) => loadPage(number, page));
  const { first, rows } = pages;
  return (
    <section class="card" aria-labelledby="timeline">
      <h2 id="timeline">{t.customer.views.timeline}</h2>
      <Show loaded={first}>
        {() => {
          if (rows.length === 0) return <Empty>{t.customer.noTimeline}</Empty>;
          return (
            <>
              <ol class="timeline">
                {rows.map((entry, index) => (
                  <li key={`${entry.at} ${index}`}>
                    <time dateTime={entry.at}>{formatDateTime(entry.at)}</time>
                    <p>
                      {sentenceOf(entry)}
                      {isByOther(entry, number) && <span class="faint"> {actorOf(entry.actor)}</span>}
                    </p>
                    {reasonOf(entry) && <p class="quote">{reasonOf(entry)}</p>}
                  </li>
                ))}
              </ol>
              <ShowMore pages={pages}>{t.customer.older}</ShowMore>
            </>
          );
        }}
      </Show>
    </section>
  );
}

/** Whether someone other than the customer or the service itself acted. */
function isByOther({ actor: { kind, id } }: HistoryEntryDto, number: string): boolean {
  return kind !== 'system' && !(kind === 'customer' && id === number);
}

interface Changes {
  fields?: string[];
  to?: Record<string, unknown>;
  reason?: string;
  mail?: string;
  lockedUntil?: string;
}

function changesIn({ changes }: HistoryEntryDto): Changes {
  return typeof changes === 'object' && changes !== null ? changes : {};
}

function reasonOf(entry: HistoryEntryDto): string | undefined {
  const { reason } = changesIn(entry);
  return typeof reason === 'string' ? reason : undefined;
}

/** The sentence for an entry. */
function sentenceOf(entry: HistoryEntryDto): string {
  const { fields = [], to = {}, mail, lockedUntil } = changesIn(entry);
  const events = t.customer.events as Record<string, string>;
  const isDecision = entry.action === 'customer_changed';
  const standing = typeof to.standing === 'string' ? to.standing : undefined;
  const decisions = [
    standing && events[`standing_${standing}`],
    !standing && 'active' in to && events[`active_${String(to.active)}`],
    'onHold' in to && events[`hold_${String(to.onHold)}`],
  ].filter((text): text is string => Boolean(text));
  if (isDecision && decisions.length > 0) return decisions.join(' ');
  const sentence = events[entry.action] ?? `${inWords(entry.action)}.`;
  if (mail) return `${sentence} ${mailName(mail)}.`;
  if (lockedUntil) return `${sentence} ${formatDateTime(lockedUntil)}.`;
  const names = fields.map((name) => (t.customer.fields as Record<string, string>)[name] ?? inWords(name));
  return names.length > 0 ? `${sentence} ${names.join(', ')}.` : sentence;
}
