import { EntityManager } from '@mikro-orm/postgresql';
import type { Shop } from './shop.js';

interface Client {
  query: (...parameters: unknown[]) => unknown;
}

/** Notes every statement that the service sends to PostgreSQL from now on. Empty the list to start anew. */
export async function watchQueries({ app }: Shop): Promise<string[]> {
  const statements: string[] = [];
  const watched = new WeakSet<Client>();
  const pool = await app.get(EntityManager).getConnection().getNativeClient();
  pool.on('acquire', (client: unknown) => {
    const lent = client as Client;
    if (watched.has(lent)) return;
    watched.add(lent);
    const query = lent.query.bind(lent);
    lent.query = (first, ...rest) => {
      statements.push(textOf(first));
      return query(first, ...rest);
    };
  });
  return statements;
}

/** What `act` alone sends, of `statements`. The tenant and its clients are in memory before, and stay there meanwhile. */
export async function queriesOf(shop: Shop, statements: string[], act: () => Promise<unknown>): Promise<string[]> {
  return shop.standingStill(async () => {
    await shop.anonymous();
    statements.length = 0;
    await act();
    return [...statements];
  });
}

function textOf(query: unknown): string {
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : String(query);
}
