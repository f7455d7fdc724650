import 'reflect-metadata';
import * as fc from 'fast-check';
import { checked } from '../common/validation.js';
import { Failure } from '../common/failure.js';
import { TagsQueryDto, tagsOf } from './address.dto.js';

const tag = fc.string({ unit: 'grapheme', maxLength: 20 });

describe('the tags of any query', () => {
  it('are its comma-separated parts, trimmed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tag, { minLength: 1, maxLength: 8 }), async (tags) => {
        const query = { tags: tags.join(' ,\t') };
        const read = await checked(TagsQueryDto, query).then(tagsOf, (error: unknown) => error);
        if (query.tags === '') return expect(read).toBeInstanceOf(Failure);
        const parts = tags.flatMap((one) => one.split(',')).map((one) => one.trim());
        expect(read).toEqual(parts.filter((one) => one !== ''));
      }),
    );
  });

  it('are strings of 1 to 100 characters, or the query is rejected with the field `tags`', async () => {
    const long = fc.oneof(tag, fc.string({ minLength: 90, maxLength: 110 }), fc.string({ unit: 'binary' }));
    const value = fc.oneof(
      fc.array(long).map((all) => all.join(',')),
      fc.anything(),
    );
    await fc.assert(
      fc.asyncProperty(value, async (tags) => {
        try {
          for (const one of tagsOf(await checked(TagsQueryDto, { tags }))) {
            expect(one).toBe(one.trim());
            expect(one.length >= 1 && one.length <= 100 && !one.includes(',')).toBe(true);
          }
        } catch (error) {
          if (!(error instanceof Failure)) throw error;
          expect(error.code).toBe('invalid_input');
          expect(error.findings[0]?.field).toMatch(/^tags|^$/);
        }
      }),
    );
  });
});
