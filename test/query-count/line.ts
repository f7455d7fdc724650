import type { Body, LoggedInCustomer, Shop, ApiClient } from '../support/shop.js';

/** The data with which the endpoints are called. */
export interface Scene {
  shop: Shop;
  visitor: ApiClient;
  ada: LoggedInCustomer;
  /** A service. */
  staff: ApiClient;
  employee: ApiClient;
  address: string;
  /** The response to an anonymous login. */
  anonymous: Awaited<ReturnType<Shop['logInAnonymously']>>;
  /** Returns a new, unused e-mail. */
  newEmail: () => string;
}

/** The number of queries of an endpoint, including `begin` and `commit`. Change a number only on purpose. */
export interface Line {
  operation: string;
  note?: string;
  queries: number;
  /** Setup before the queries are counted. @returns the input of `act` */
  given?: (scene: Scene) => Promise<Body>;
  act: (scene: Scene, given: Body) => Promise<unknown>;
}
