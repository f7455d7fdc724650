import { Failure } from '../common/failure.js';

/**
 * Converts the error of an insert into a full collection. The maxima are defined in the migration
 * `20261128T1100_maxima`.
 *
 * @returns Failure `collection_full`; undefined for every other error
 */
export function collectionFull(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('constraint' in error) || !('detail' in error)) return undefined;
  if (!String(error.constraint).endsWith('_maximum')) return undefined;
  const { owner, maximum, items } = JSON.parse(String(error.detail)) as Record<'owner' | 'maximum' | 'items', string>;
  return new Failure('collection_full', { cause: error, facts: { owner, maximum, items } });
}
