import { Module } from '@nestjs/common';
import { MailboxController } from './mailbox.controller.js';
import { MailerModule } from '../mailer.module.js';

/** Shows the mails of demo and development. In production, the mailbox does not exist. */
@Module({ imports: [MailerModule], controllers: [MailboxController] })
export class MailboxModule {}
