import { STATUS_CODES } from 'node:http';
import type { Response, Body } from './shop.js';

/** Asserts that a response is an error in the documented format, without internal details. */
export function expectErrorMessage(response: Response, status = 400): void {
  expectErrorStatus(response, status);
  expect(response.body).toEqual({
    status,
    type: expect.stringMatching(/^[a-z_]+$/) as string,
    message: expect.stringMatching(/./) as string,
    ...(response.body.details !== undefined && { details: expect.any(Array) as unknown[] }),
  });
}

/** Asserts the same of a response below `/customer-management`, whose errors have a form of their own. */
export function expectCompanyError(response: Response, status = 400): void {
  expectErrorStatus(response, status);
  expect(response.body).toEqual({
    code: status,
    status: STATUS_CODES[status],
    message: expect.stringMatching(/./) as string,
    ...(response.body.resourceId !== undefined && { resourceId: expect.any(String) as string }),
    ...(response.body.details !== undefined && { details: expect.any(Array) as unknown[] }),
  });
}

function expectErrorStatus({ status: actual, text, headers }: Response, status: number): void {
  expect({ actual, text }).toEqual({ actual: status, text: expect.any(String) as string });
  expect(headers['content-type']).toMatch(/^application\/json/);
  expect(text).not.toMatch(/node_modules|\.ts:\d|\.js:\d|at \w+ \(|select |insert into|update "/);
}

/**
 * The invalid fields that an error names, without duplicates. Below `/customer-management`, a detail is a text that
 * begins with the field.
 */
export function invalidFields({ body }: Response): unknown[] {
  const details = (body.details ?? []) as (Body | string)[];
  const fields = details.map((detail) => (typeof detail === 'string' ? /^[\w.]*/.exec(detail)?.[0] : detail.field));
  return [...new Set(fields)];
}
