import { EntityManager } from '@mikro-orm/postgresql';
import { LIMITS } from '../../src/database/silence.js';
import type { Shop } from './shop.js';

interface Client {
  query: (...parameters: unknown[]) => unknown;
}

/**
 * Records every statement that the service sends to PostgreSQL from now on, except the one with which every new
 * connection begins. Empty the list to start again.
 */
export async function recordQueries({ app }: Shop): Promise<string[]> {
  const statements: string[] = [];
  const watched = new WeakSet<Client>();
  const pool = await app.get(EntityManager).getConnection().getNativeClient();
  pool.on('acquire', (client: unknown) => {
    const connection = client as Client;
    if (watched.has(connection)) return;
    watched.add(connection);
    const query = connection.query.bind(connection);
    connection.query = (first, ...rest) => {
      if (textOf(first) !== LIMITS) statements.push(textOf(first));
      return query(first, ...rest);
    };
  });
  return statements;
}

/** Returns the statements that `act` sends. The tenant and its clients are cached before and during the call. */
export async function queriesOf(shop: Shop, statements: string[], act: () => Promise<unknown>): Promise<string[]> {
  return shop.withFrozenClock(async () => {
    await shop.logInAnonymously();
    statements.length = 0;
    await act();
    return [...statements];
  });
}

function textOf(query: unknown): string {
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : String(query);
}
