import { messageParser } from './mail-messages.js';

describe('a time in a message', () => {
  it('is in UTC in each format, whatever the time zone of the server', async () => {
    const created = jest.spyOn(Intl, 'DateTimeFormat');
    const parse = await messageParser('sv');
    for (const format of ['date', 'date, short', 'date, full', 'time', 'time, short', 'time, long']) {
      parse(`{at, ${format}}`).format({ at: new Date('2026-12-31T00:30:00Z') });
    }
    expect(created.mock.calls.map(([, options]) => options?.timeZone)).toEqual(Array.from({ length: 6 }, () => 'UTC'));
    created.mockRestore();
  });
});
