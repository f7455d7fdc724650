import { Command, InvalidArgumentError, Option } from 'commander';
import { onDemand } from './on-demand.js';

const loadActions = () => import('./mail.actions.js');

export function mailCommand(): Command {
  const mail = new Command('mail').description('Manage queued and given-up mails');
  mail
    .command('list')
    .description('List mails, the oldest first, with the reason of the last failure')
    .option('--tenant <tenant>', 'only mails of this tenant')
    .addOption(
      new Option('--status <status>', 'only mails with this status; all that are not sent if omitted').choices([
        'queued',
        'failed',
        'given_up',
        'sent',
      ]),
    )
    .option('--limit <number>', 'the maximum number of mails', positive, 100)
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await loadActions()).listMails));
  mail
    .command('retry')
    .description('Queue given-up mails again, except those whose link or code has expired')
    .argument('[id...]', 'the ids of mails; all mails if omitted')
    .option('--tenant <tenant>', 'only mails of this tenant')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await loadActions()).retryMails));
  return mail;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}
