import { DynamicModule, Global, Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import { Deliveries } from './deliveries.js';
import { MailboxController } from './mailbox.controller.js';
import { Outbox } from './outbox.service.js';
import { Seal } from './seal.js';

@Global()
@Module({ providers: [Deliveries, Outbox, Seal], exports: [Outbox] })
export class MailerModule {
  /** The mailbox exists outside production only. */
  static for({ mode }: Config): DynamicModule {
    return { module: MailerModule, controllers: mode === 'production' ? [] : [MailboxController] };
  }
}
