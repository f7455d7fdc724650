import { STATUS_CODES } from 'node:http';
import type { CompanyErrorDto, ErrorMessageDto } from './errors.dto.js';

/** Matches a path, and a URL with a host. */
const COMPANY_PATH = /^(?:https?:\/\/[^/]*)?\/*customer-management(?:[/?#]|$)/;

/** The text of the vendor's document, which is the same for each operation. */
const FORBIDDEN = 'The access to the given resource is forbidden.';

/**
 * Whether a URL, or a path of the OpenAPI document, is below `/customer-management`. It belongs to another service of
 * the vendor, whose errors have a form of their own.
 */
export function isCompanyPath(url: string): boolean {
  return COMPANY_PATH.test(url);
}

/**
 * Converts an error of the Emporix API to the form below `/customer-management`.
 *
 * @param parameters of the path; the first one that ends with `Id` is the resource
 */
export function companyErrorOf(
  { status, message, details }: ErrorMessageDto,
  parameters: Record<string, string>,
): CompanyErrorDto {
  const problems = details?.map((detail) => withField(detail.field ?? '', detail.message));
  const resource = Object.entries(parameters).find(([name]) => name.endsWith('Id'));
  return {
    code: status,
    status: STATUS_CODES[status] ?? 'Error',
    message: status === 403 ? FORBIDDEN : (problems?.[0] ?? message),
    resourceId: resource?.[1],
    details: problems,
  };
}

/** A detail has no property for the field, so the text must name it. */
function withField(field: string, message: string): string {
  return message.includes(field) ? message : `${field}: ${message}`;
}
