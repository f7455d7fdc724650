import { Command, InvalidArgumentError, Option } from 'commander';
import { onDemand } from './on-demand.js';

const loadActions = () => import('./mail.actions.js');
const loadTextActions = () => import('./mail-texts.actions.js');

export function mailCommand(): Command {
  const mail = new Command('mail').description('Manage queued and given-up mails, and the mail texts');
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
  mail
    .command('pull')
    .description("Write a tenant's own texts to a folder, one YAML file per language; existing files are replaced")
    .argument('<folder>', 'the folder, which is created if it does not exist')
    .requiredOption('--tenant <tenant>', 'the tenant of the texts')
    .option('--all', 'write the built-in texts too, as a start for own ones')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await loadTextActions()).pullTexts));
  mail
    .command('push')
    .description('Store the texts in a folder that have changed. If one text is invalid, nothing changes')
    .argument('<folder>', 'the folder with files such as de-AT.yaml')
    .requiredOption('--tenant <tenant>', 'the tenant of the texts')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await loadTextActions()).pushTexts));
  return mail;
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}
