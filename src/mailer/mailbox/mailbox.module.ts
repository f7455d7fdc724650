import { Module } from '@nestjs/common';
import { MailboxController } from './mailbox.controller.js';
import { Mailbox } from './mailbox.js';
import { MailerModule } from '../mailer.module.js';

/** Shows the mails of demo, development and tests. In production, the mailbox does not exist. */
@Module({ imports: [MailerModule], controllers: [MailboxController], providers: [Mailbox], exports: [Mailbox] })
export class MailboxModule {}
