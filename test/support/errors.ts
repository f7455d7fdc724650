import type { Answer, Body } from './shop.js';

/** Checks that an answer is a refusal in the error form, and tells nothing of the inside. */
export function expectErrorMessage(answer: Answer, status = 400): void {
  const { status: answered, text } = answer;
  expect({ answered, text }).toEqual({ answered: status, text: expect.any(String) as string });
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  expect(answer.body).toEqual({
    status,
    type: expect.stringMatching(/^[a-z_]+$/) as string,
    message: expect.stringMatching(/./) as string,
    ...(answer.body.details !== undefined && { details: expect.any(Array) as unknown[] }),
  });
  expect(text).not.toMatch(/node_modules|\.ts:\d|\.js:\d|at \w+ \(|select |insert into|update "/);
}

/** The fields that a refusal blames, each once. */
export function blamed({ body }: Answer): unknown[] {
  return [...new Set(((body.details ?? []) as Body[]).map(({ field }) => field))];
}
