import type { Body, LoggedIn, Shop, Visitor } from '../support/shop.js';

/** What the endpoints are called with. */
export interface Scene {
  shop: Shop;
  visitor: Visitor;
  ada: LoggedIn;
  /** A service. */
  staff: Visitor;
  employee: Visitor;
  address: string;
  /** The answer to an anonymous login. */
  anonymous: Awaited<ReturnType<Shop['anonymous']>>;
  /** Makes an e-mail that nobody has. */
  newEmail: () => string;
}

/** What an endpoint costs; `begin` and `commit` are queries too. Who changes a number, changes it on purpose. */
export interface Line {
  operation: string;
  note?: string;
  queries: number;
  /** What must be so before the queries are counted. @returns what `act` needs */
  given?: (scene: Scene) => Promise<Body>;
  act: (scene: Scene, given: Body) => Promise<unknown>;
}
