import { text } from 'node:stream/consumers';
import { assert, asyncProperty, jsonValue } from 'fast-check';
import { streamJson } from './large-responses.js';

describe('JSON in chunks', () => {
  it('equals the output of JSON.stringify', async () => {
    const property = asyncProperty(jsonValue({ maxDepth: 6 }), async (value) => {
      expect(await text(streamJson(value))).toBe(JSON.stringify(value));
    });
    await assert(property);
  });

  it('omits undefined properties, and writes dates and null like JSON.stringify', async () => {
    const value = {
      a: undefined,
      b: new Date(0),
      c: [undefined, null, { d: undefined }],
      e: { f: { g: { h: [{ i: 1 }] } } },
    };
    expect(await text(streamJson(value))).toBe(JSON.stringify(value));
  });

  it('yields to other work between the chunks', async () => {
    const stream = streamJson(Array.from({ length: 100 }, () => 'é'.repeat(10_000)));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    expect((await text(stream)).length).toBe(100 * 10_003 + 1);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  it('is created at the pace of the client', async () => {
    let created = 0;
    const item = {
      get text(): string {
        created++;
        return 'x'.repeat(10_000);
      },
    };
    const stream = streamJson(Array.from({ length: 100 }, () => item));
    stream.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(created).toBeLessThan(20);
    stream.destroy();
  });
});
