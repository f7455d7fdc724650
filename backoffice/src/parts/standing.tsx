import type { CustomerDto } from '../../../clients/typescript/src/emporix/types.gen.ts';
import { standingOf } from '../customers.ts';
import { t } from '../texts/index.ts';

const COLORS = { awaiting: 'warn', active: 'good', declined: 'bad', deactivated: 'bad' };

/** The standing of a customer, and whether the customer is on hold or locked. */
export function Standing({ customer }: { customer: CustomerDto }): preact.JSX.Element {
  const standing = standingOf(customer);
  const { lockedUntil } = customer;
  const isLocked = Boolean(lockedUntil && new Date(lockedUntil) > new Date());
  return (
    <span class="badges">
      <span class={`badge ${COLORS[standing]}`}>{t.standings[standing]}</span>
      {customer.onHold && <span class="badge bad">{t.onHold}</span>}
      {isLocked && <span class="badge bad">{t.locked}</span>}
    </span>
  );
}
