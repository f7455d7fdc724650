import { Injectable } from '@nestjs/common';
import { opened, sealed, sealingKey } from '../common/sealing.js';
import { Config } from '../config/config.js';

/** Seals what must not be read out of a database dump (AES-256-GCM). The row's id is bound to what it holds. */
@Injectable()
export class Seal {
  private readonly key: Buffer;

  constructor({ secret }: Config) {
    this.key = sealingKey(secret, 'outbox');
  }

  close(value: unknown, boundTo: string): Buffer {
    return sealed(this.key, value, boundTo);
  }

  /** @throws Error when it was sealed with another secret, or for another row */
  open(bytes: Uint8Array, boundTo: string): unknown {
    return opened(this.key, Buffer.from(bytes), boundTo);
  }
}
