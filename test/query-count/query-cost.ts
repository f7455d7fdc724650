import type { Body, LoggedInCustomer, Shop, ApiClient } from '../support/shop.js';

/** The data with which the endpoints are called. */
export interface Fixture {
  shop: Shop;
  visitor: ApiClient;
  ada: LoggedInCustomer;
  /** A service. */
  serviceClient: ApiClient;
  employee: ApiClient;
  address: string;
  /** The response to an anonymous login. */
  anonymous: Awaited<ReturnType<Shop['logInAnonymously']>>;
  /** Returns a new, unused e-mail. */
  newEmail: () => string;
}

/** The number of queries of an endpoint, including `begin` and `commit`. Change a number only on purpose. */
export interface QueryCost {
  operation: string;
  note?: string;
  queries: number;
  /** Setup before the queries are counted. @returns the input of `act` */
  given?: (fixture: Fixture) => Promise<Body>;
  act: (fixture: Fixture, given: Body) => Promise<unknown>;
}
