import type { FastifyRequest } from 'fastify';
import { isUuid } from '../common/uuid.js';
import type { CompanyUserRow } from '../companies/company-users.sql.js';
import type { ErrorCode } from './errors.dto.js';
import { GlueError } from './glue-error.js';

/** No resource has this id. */
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** The value for a projection that takes a UUID. */
export function uuidOf(value: unknown): string {
  return typeof value === 'string' && isUuid(value) ? value : NO_ID;
}

/** The id in the path, for a projection that takes a UUID. */
export function idInPath({ params }: FastifyRequest): string {
  return uuidOf((params as { id?: string }).id);
}

/** Whether `include` of a request names a type. */
export function includes({ query }: FastifyRequest, type: string): boolean {
  const { include } = query as { include?: unknown };
  return typeof include === 'string' && include.split(',').some((name) => name.trim() === type);
}

/** @param code that of the resource: `1403`, `1803`, `1903` or `2103` */
export function companyUserNotSet(code: ErrorCode): GlueError {
  const text =
    'Current company user is not set. You need to select the current company user with ' +
    '/company-user-access-tokens in order to access the resource collection.';
  return new GlueError(403, code, text);
}

/** Returns the current company user. @throws GlueError with the code of the resource if there is none */
export function requireCurrent(current: CompanyUserRow | null, code: ErrorCode): CompanyUserRow {
  if (!current) throw companyUserNotSet(code);
  return current;
}
