import { Injectable } from '@nestjs/common';
import { seal, sealingKey, unseal } from '../common/sealing.js';
import { Config } from '../config/config.js';

/** Encrypts data that a database dump must not reveal (AES-256-GCM). The ciphertext is bound to the id of its row. */
@Injectable()
export class Sealer {
  private readonly key: Buffer;

  constructor({ secret }: Config) {
    this.key = sealingKey(secret, 'outbox');
  }

  seal(value: unknown, boundTo: string): Buffer {
    return seal(this.key, value, boundTo);
  }

  /** @throws Error if the data was sealed with another secret or for another row */
  open(bytes: Uint8Array, boundTo: string): unknown {
    return unseal(this.key, Buffer.from(bytes), boundTo);
  }
}
