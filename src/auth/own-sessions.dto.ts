import type { OwnSession } from '../sessions/sessions.sql.js';

/** A session that is currently valid. */
export class OwnSessionDto {
  /** The id of the session in this list. It differs from the session id that carts refer to. */
  id!: string;
  /** Whether this is the session of the request. */
  current!: boolean;
  /**
   * The User-Agent of the login, limited to 200 characters. Null if it was not sent, or if an employee acts for the
   * customer.
   * @example 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
   */
  device!: string | null;
  /**
   * The network address of the login. Null if an employee acts for the customer.
   * @example 192.0.2.7
   */
  origin!: string | null;
  /**
   * The client that the tokens were issued to.
   * @example demo-storefront
   */
  client!: string | null;
  /** Whether an employee acts for the customer in this session. */
  assisted!: boolean;
  /** The time of the login. */
  createdAt!: Date;
  /** The time of the login or of the last refresh. Other requests do not change it. */
  lastUse!: Date;
  /** When the session expires. A refresh does not extend it. */
  expiresAt!: Date;

  static of({ created_at, refreshed_at, expires_at, ...session }: OwnSession): OwnSessionDto {
    const { id, current, device, origin, client, assisted } = session;
    return {
      id,
      current,
      device,
      origin,
      client,
      assisted,
      createdAt: new Date(created_at),
      lastUse: new Date(refreshed_at),
      expiresAt: new Date(expires_at),
    };
  }
}
