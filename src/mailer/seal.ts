import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';

const NONCE = 12;
const TAG = 16;

/** Seals what must not be read out of a database dump (AES-256-GCM). The row's id is bound to what it holds. */
@Injectable()
export class Seal {
  private readonly key: Buffer;

  constructor({ secret }: Config) {
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'outbox', 32));
  }

  close(value: unknown, boundTo: string): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(boundTo));
    const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, text, cipher.getAuthTag()]);
  }

  /** @throws Error when it was sealed with another secret, or for another row */
  open(sealed: Uint8Array, boundTo: string): unknown {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, NONCE))
      .setAAD(Buffer.from(boundTo))
      .setAuthTag(bytes.subarray(-TAG));
    const text = Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
    return JSON.parse(text.toString('utf8'));
  }
}
