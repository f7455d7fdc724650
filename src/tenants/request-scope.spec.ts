import { globSync, readFileSync } from 'node:fs';

/** Nine reads of the caller, the origin, the store or the response, and four of the tenant and its settings. */
const MAX_READS = 13;

describe('the request scope', () => {
  it('is read in at most 13 places', () => {
    const files = globSync('src/**/*.ts').filter((file) => !file.endsWith('.spec.ts'));
    const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    const reads = text.match(/RequestScope\.current\b/g) ?? [];
    // Instead of another one, pass the reach or the origin. `eslint.config.js` lists the files.
    expect(reads.length).toBeLessThanOrEqual(MAX_READS);
  });
});
