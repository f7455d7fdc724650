import type { INestApplicationContext } from '@nestjs/common';
import { MailQueue } from '../mailer/mail-queue.js';
import type { MailStatus } from '../mailer/outbox-message.entity.js';
import { inTenant, withService } from './context.js';
import { type OutputOptions, print } from './output.js';

interface TenantOptions extends OutputOptions {
  tenant?: string;
}

interface ListOptions extends TenantOptions {
  status?: MailStatus;
  limit: number;
}

export async function listMails({ tenant, status, limit, json }: ListOptions): Promise<void> {
  const mails = await withQueue(tenant, (queue) => queue.list({ tenant, status, limit }));
  if (mails.length === 0 && !json) console.log('No mails found.');
  else print(mails, { json });
}

export async function retryMails(ids: string[], { tenant, json }: TenantOptions): Promise<void> {
  const queued = await withQueue(tenant, (queue) => queue.retry({ tenant, ids }));
  if (json) print({ queued }, { json });
  else console.log(`Queued again: ${queued}`);
}

/** @param tenant must exist; all tenants if omitted */
async function withQueue<T>(tenant: string | undefined, work: (queue: MailQueue) => Promise<T>): Promise<T> {
  const run = (app: INestApplicationContext): Promise<T> => work(app.get(MailQueue));
  return tenant === undefined ? withService(run) : inTenant(tenant, run);
}
