import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { networkOf } from '../common/network-address.js';
import { sealingKey } from '../common/sealing.js';
import { Config } from '../config/config.js';
import { RequestScope } from '../tenants/request-scope.js';

/** Keyed hashes (128 bits) under which the mailer counts recipients and originators without storing their identity. */
@Injectable()
export class MailHashes {
  private readonly key: Buffer;

  constructor({ secret }: Config) {
    this.key = sealingKey(secret, 'mail-hashes');
  }

  /** @param email in its normal form */
  recipient(email: string): Buffer {
    return this.hash(`recipient ${email}`);
  }

  /** The caller that causes a mail: the employee, service or customer, or else the network of the request. */
  originator(): Buffer {
    const { actor, customer, origin } = RequestScope.current ?? {};
    if (actor) return this.hash(`${actor.kind} ${actor.id}`);
    return this.hash(
      customer ? `customer ${customer}` : origin?.address ? `network ${networkOf(origin.address)}` : 'job',
    );
  }

  private hash(text: string): Buffer {
    return createHmac('sha256', this.key).update(text).digest().subarray(0, 16);
  }
}
