/**
 * The client that a tenant's sessions of the Glue API belong to, so that their refresh tokens are not valid in the
 * Emporix API. The clients of a tenant are named `{tenant}-…`, so none of them can have this id.
 */
export const glueClientOf = (tenant: string): string => `${tenant}:glue`;

/** Whether a session belongs to the Glue API. */
export const isGlueClient = (client: string | null): boolean => client?.endsWith(':glue') ?? false;
