/**
 * SQL that is true while a session's client exists; both parameters are SQL too. It reads the table, so it is false at
 * once if another process removes the client. It is always true for a session without a client, and for Glue's client,
 * which contains a colon and cannot be removed.
 */
export function clientExists(tenant: string, client: string): string {
  return `(${client} is null or strpos(${client}, ':') > 0
      or exists (select 1 from clients registered where registered.tenant = ${tenant} and registered.id = ${client}))`;
}
