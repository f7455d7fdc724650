/**
 * SQL that inserts the accounts of new customers.
 *
 * @param rows SQL for rows with the columns `tenant`, `email`, `id` of the customer, `password_hash` and `created_at`
 */
export function insertAccounts(rows: string): string {
  return `insert into accounts (tenant, email, customer_id, password_hash, created_at)
      select tenant, email, id, password_hash, created_at from ${rows}`;
}
