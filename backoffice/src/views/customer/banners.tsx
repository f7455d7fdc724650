import type { CustomerDto, HistoryEntryDto } from '../../../../clients/typescript/src/emporix/types.gen.ts';
import { standingOf } from '../../customers.ts';
import { formatDateTime, formatDay } from '../../format.ts';
import { t } from '../../texts/index.ts';

/** Who did something, by name if the service knows it. */
export function actorOf(actor: { kind: string; id: string; name?: string } | undefined): string {
  if (!actor) return '';
  return actor.name ?? `${t.actors[actor.kind as keyof typeof t.actors] ?? actor.kind} ${actor.id}`;
}

/** The state of a customer in words: since when, set by which employee, and why. */
export function Banners({
  customer,
  history,
}: {
  customer: CustomerDto;
  history: HistoryEntryDto[];
}): preact.JSX.Element {
  const standing = standingOf(customer);
  const { lockedUntil, onHold } = customer;
  const latest = (field: string, value: unknown): HistoryEntryDto | undefined =>
    history.find(({ changes }) => changes.to?.[field] === value);
  const banners: { kind: 'bad' | 'warn'; text: string }[] = [];
  const texts = t.customer.banners;
  const words = (sentence: (since: string | undefined) => string, entry?: HistoryEntryDto, at?: string): string => {
    const time = entry?.at ?? at;
    const setBy = entry ? texts.setBy(actorOf(entry.actor)) : '';
    const reason = entry?.changes.reason ? `: ${entry.changes.reason}` : '';
    return `${sentence(time && formatDay(time))}${setBy}${reason}`;
  };
  if (onHold) banners.push({ kind: 'bad', text: words(texts.onHold, latest('onHold', true)) });
  if (standing === 'awaiting') {
    banners.push({
      kind: 'warn',
      text: words(texts.awaiting, undefined, customer.standingSince ?? customer.metadataCreatedAt),
    });
  }
  if (standing === 'declined' || standing === 'deactivated') {
    const entry =
      standing === 'declined' ? (latest('standing', 'declined') ?? latest('active', false)) : latest('active', false);
    banners.push({ kind: 'bad', text: words(texts[standing], entry, customer.standingSince) });
  }
  if (lockedUntil && new Date(lockedUntil) > new Date()) {
    banners.push({ kind: 'bad', text: texts.locked(formatDateTime(lockedUntil)) });
  }
  if (customer.emailConfirmed === false) banners.push({ kind: 'warn', text: texts.unconfirmed });
  return (
    <>
      {banners.map(({ kind, text }) => (
        <p key={text} class={`notice notice-${kind}`}>
          {text}
        </p>
      ))}
    </>
  );
}
