/*
 * SQL fragments about the history, for the statements of any module. Their parameters are SQL too.
 */

/** An event of a customer. All values are SQL. */
interface OwnEntry {
  /** The rows that the other values refer to. A condition may follow them. */
  from: string;
  tenant: string;
  customer: string;
  at: string;
  /** The network address of the request. */
  address: string;
  action: string;
  changes?: string;
}

const insertEntries = ({ from, tenant, customer, at, address, action, changes = `'{}'` }: OwnEntry, actor: string) =>
  `insert into history (tenant, customer_id, at, actor_kind, actor, address, action, changes)
      select ${tenant}, ${customer}, ${at}, ${actor}, ${address}, ${action}, ${changes}
      from ${from}`;

/**
 * SQL that adds events of customers who act for themselves. A statement that inserts or locks the customer can so record
 * an event without another round trip.
 */
export const insertOwnEntries = (entry: OwnEntry): string => insertEntries(entry, `'customer', ${entry.customer}`);

/** SQL that adds events of customers which the service itself causes. */
export const insertSystemEntries = (entry: OwnEntry): string => insertEntries(entry, `'system', 'foyer'`);
