import type { OwnSession } from '../sessions/sessions.sql.js';

/** A session that lives. */
export class OwnSessionDto {
  /** Names the session here and nowhere else; it is not the session id that carts hang on. */
  id!: string;
  /** Whether it is the session of this very request. */
  current!: boolean;
  /**
   * The User-Agent at the login, cut to 200 characters. Null where it told none, or an employee acts.
   * @example Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0
   */
  device!: string | null;
  /**
   * The network address at the login. Null where an employee acts.
   * @example 192.0.2.7
   */
  origin!: string | null;
  /**
   * The client that the tokens were given to.
   * @example shop-storefront
   */
  client!: string | null;
  /** Whether an employee acts for the customer in it. */
  assisted!: boolean;
  createdAt!: Date;
  /** The login, or the last refresh of its tokens: what was called with them since is not noted. */
  lastUse!: Date;
  /** When it ends, however often it is refreshed. */
  expiresAt!: Date;

  static of({ created_at, refreshed_at, expires_at, ...session }: OwnSession): OwnSessionDto {
    const { id, current, device, origin, client, assisted } = session;
    return {
      ...{ id, current, device, origin, client, assisted },
      createdAt: new Date(created_at),
      lastUse: new Date(refreshed_at),
      expiresAt: new Date(expires_at),
    };
  }
}
