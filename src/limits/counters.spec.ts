import { Counters } from './counters.js';

const perMinute = { name: 'login', limit: 3, seconds: 60, amount: 1 };
const start = Date.UTC(2026, 10, 28);

describe('counters', () => {
  it('allow requests up to the limit in each window', () => {
    const counters = new Counters(10);
    const add = (client: string, after = 0) => counters.add(client, perMinute, start + after);
    expect([add('a'), add('a'), add('a'), add('a')]).toEqual([
      { allowed: true, remaining: 2, seconds: 60 },
      { allowed: true, remaining: 1, seconds: 60 },
      { allowed: true, remaining: 0, seconds: 60 },
      { allowed: false, remaining: 0, seconds: 60 },
    ]);
    expect(add('b').allowed).toBe(true);
    expect(add('a', 59_500)).toEqual({ allowed: false, remaining: 0, seconds: 1 });
    expect(add('a', 60_000)).toEqual({ allowed: true, remaining: 2, seconds: 60 });
  });

  it('do not count rejected requests', () => {
    const counters = new Counters(10);
    const add = (amount: number) => counters.add('a', { ...perMinute, name: 'bytes', limit: 100, amount }, start);
    expect([add(60), add(60), add(40)].map(({ allowed }) => allowed)).toEqual([true, false, true]);
  });

  it('count each name separately', () => {
    const counters = new Counters(10);
    for (let time = 0; time < 4; time++) counters.add('a', perMinute, start);
    expect(counters.add('a', { ...perMinute, name: 'signup' }, start).allowed).toBe(true);
    expect(counters.add('a', perMinute, start).allowed).toBe(false);
    expect(counters.size).toBe(1);
  });

  it('are bounded in number and in the length of their keys, however many clients there are', () => {
    const counters = new Counters(100);
    for (let client = 0; client < 1000; client++) counters.add(`${'x'.repeat(10_000)} ${client}`, perMinute, start);
    expect(counters.size).toBe(100);
    const { clients } = counters as unknown as { clients: Map<string, unknown> };
    expect(Math.max(...[...clients.keys()].map((key) => key.length))).toBeLessThan(50);
  });

  it('keep an active client when others are evicted', () => {
    const counters = new Counters(100);
    for (let other = 0; other < 1000; other++) {
      counters.add('attacker', perMinute, start);
      counters.add(`other ${other}`, perMinute, start);
    }
    expect(counters.add('attacker', perMinute, start).allowed).toBe(false);
  });

  it('end their windows on time even if the clock of the process is set back', () => {
    const counters = new Counters(10);
    const perInstant = { ...perMinute, seconds: 0 };
    const clock = jest.spyOn(Date, 'now').mockReturnValue(start + 86_400_000);
    for (let time = 0; time < 4; time++) counters.add('a', perInstant);
    clock.mockReturnValue(start);
    expect(counters.add('a', perInstant)).toEqual({ allowed: true, remaining: 2, seconds: 1 });
    clock.mockRestore();
  });
});
