import type { Response, Body } from './shop.js';

/** Asserts that a response is an error in the documented format, without internal details. */
export function expectErrorMessage(response: Response, status = 400): void {
  const { status: actual, text } = response;
  expect({ actual, text }).toEqual({ actual: status, text: expect.any(String) as string });
  expect(response.headers['content-type']).toMatch(/^application\/json/);
  expect(response.body).toEqual({
    status,
    type: expect.stringMatching(/^[a-z_]+$/) as string,
    message: expect.stringMatching(/./) as string,
    ...(response.body.details !== undefined && { details: expect.any(Array) as unknown[] }),
  });
  expect(text).not.toMatch(/node_modules|\.ts:\d|\.js:\d|at \w+ \(|select |insert into|update "/);
}

/** The invalid fields that an error names, without duplicates. */
export function invalidFields({ body }: Response): unknown[] {
  return [...new Set(((body.details ?? []) as Body[]).map(({ field }) => field))];
}
