import { type Case, inParallel, assertEqual, assert } from '../case.ts';

/** Searches that could occupy all database connections. */
export const database: Case[] = [
  {
    number: 90,
    title: 'an employee sends 60 searches in parallel; meanwhile a visitor logs in anonymously',
    async run(world) {
      const token = await world.employeeToken();
      let completed = 0;
      const path = '/customers?q=lastName:~(a|b).*(c|d).*e&sort=lastName';
      const searches = inParallel(60, async () => {
        const response = await world.call('GET', path, { token });
        completed++;
        return response;
      });
      const startedAt = Date.now();
      await world.anonymousLogin();
      const seconds = (Date.now() - startedAt) / 1000;
      assert('the anonymous login takes less than 1 s', seconds < 1, seconds);
      const responses = await searches;
      assertEqual('number of completed searches', completed, 60);
      const statuses = [...new Set(responses.map(({ status }) => status))].sort();
      assert(
        'each status is 200 or 503',
        statuses.every((status) => status === 200 || status === 503),
        statuses,
      );
      for (const { status, headers } of responses) {
        if (status === 503) assert('each 503 has Retry-After', Number(headers['retry-after']) > 0);
      }
      const rejected = responses.filter(({ status }) => status === 503).length;
      assert('the queue rejects some searches', rejected > 0, rejected);
      return `the anonymous login took ${seconds.toFixed(2)} s; ${rejected} searches got 503 with Retry-After`;
    },
  },
];
