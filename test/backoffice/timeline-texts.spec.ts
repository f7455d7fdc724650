import { de } from '../../backoffice/src/texts/de.ts';
import { en } from '../../backoffice/src/texts/en.ts';
import { customerActions } from '../../src/history/history-entry.entity.js';

it.each([
  ['English', en],
  ['German', de],
])('the back office has %s words for every entry of a timeline', (_language, texts) => {
  const events: Record<string, string> = texts.customer.events;
  expect([...customerActions, 'mail_queued'].filter((action) => !events[action])).toEqual([]);
});
