import { text } from 'node:stream/consumers';
import { IntersectionType } from '@nestjs/swagger';
import { Command, Option } from 'commander';
import type { INestApplicationContext } from '@nestjs/common';
import { checked } from '../common/validation.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { CustomersService } from '../customers/customers.service.js';
import type { CustomerRow } from '../customers/profile.js';
import { CareService } from '../employee/care.service.js';
import { NewCustomerDto, careOf } from '../employee/customers.dto.js';
import { PersonalDto, personalOf } from '../employee/personal.dto.js';
import { inTenant, needSecret } from './context.js';
import { unlessThere } from './if-missing.js';
import { type OutputOptions, print } from './output.js';
import { Refusal } from './refusal.js';

interface Options extends OutputOptions {
  tenant: string;
  reference?: string;
  salutation?: string;
  gender?: string;
  dateOfBirth?: string;
  confirmed?: string;
}

interface NewOptions extends Options {
  firstName?: string;
  lastName?: string;
  passwordStdin?: boolean;
  ifMissing?: boolean;
}

class NewPersonDto extends IntersectionType(NewCustomerDto, PersonalDto) {}

export function customerCommand(): Command {
  const customer = new Command('customer').description('Customers, with what the Glue dialect knows of them');
  personal(customer.command('create'))
    .description('Make a customer, active and with a confirmed e-mail unless told otherwise; nobody gets a mail')
    .argument('<email>', 'the login e-mail')
    .option('--first-name <name>', 'the first name')
    .option('--last-name <name>', 'the last name')
    .option('--password-stdin', 'take the password from standard input; without it, the customer has none yet')
    .option('--if-missing', 'it is well if there is one already')
    .action(async (email: string, options: NewOptions) => {
      const { firstName, lastName, passwordStdin, ifMissing } = options;
      const password = passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined;
      const said = personalFields(options);
      const body = await checked(NewPersonDto, { ...said, contactEmail: email, firstName, lastName, password });
      const { reference, salutation, gender, dateOfBirth, confirmed, ...profile } = body;
      const personal = personalOf({ salutation, gender, dateOfBirth });
      const input = { ...careOf(profile), ...personal, active: true, reference, confirmed };
      await inTenant(options.tenant, async (app) => {
        const id = await unlessThere('email_taken', { ifMissing }, () => app.get(CareService).create(input, false));
        print(id ? { ...(await told(app, id)), created: true } : { email, created: false }, options);
      });
    });
  personal(customer.command('set'))
    .description('Change what the Glue dialect knows of a customer; what is so already stays untouched')
    .argument('<customer>', 'the customer number or the login e-mail')
    .action(async (name: string, options: Options, command: Command) => {
      const said = personalFields(options);
      if (Object.values(said).every((value) => value === undefined)) {
        command.error('error: nothing to set: --reference, --salutation, --gender, --date-of-birth or --confirmed');
      }
      const body = await checked(PersonalDto, said);
      if (body.confirmed) needSecret();
      await inTenant(options.tenant, async (app) => {
        const id = await numberOf(app, name);
        const customer = await app.get(CustomersService).profile(id, { addresses: false, mixins: false });
        const changes = news(body, customer);
        const changed = Object.keys(changes).length > 0;
        if (changed) await app.get(CareService).change(id, changes);
        print({ ...(await told(app, id)), changed }, options);
      });
    });
  return customer;
}

/** The options that both commands have. */
function personal(command: Command): Command {
  return command
    .requiredOption('--tenant <tenant>', 'whose customer')
    .option('--reference <reference>', 'such as DE--21')
    .addOption(new Option('--salutation <salutation>', 'becomes the title').choices(['Mr', 'Ms', 'Mrs', 'Dr']))
    .addOption(new Option('--gender <gender>', 'the gender').choices(['Male', 'Female', 'Other']))
    .option('--date-of-birth <date>', 'YYYY-MM-DD')
    .addOption(
      new Option('--confirmed <confirmed>', 'if not, the login waits for the mailed key').choices(['true', 'false']),
    )
    .option('--json', 'print JSON');
}

function personalFields({ reference, salutation, gender, dateOfBirth, confirmed }: Options): Record<string, unknown> {
  return { reference, salutation, gender, dateOfBirth, confirmed: confirmed && confirmed === 'true' };
}

/** @throws Refusal when nobody logs in with that e-mail; a number is not looked up */
async function numberOf(app: INestApplicationContext, name: string): Promise<string> {
  if (!name.includes('@')) return name;
  const account = await app.get(AccountsService).find(name);
  if (!account) throw new Refusal(`There is no customer with the e-mail '${name}'.`);
  return account.customer.id;
}

/** What is not so yet. */
function news(wishes: PersonalDto, customer: CustomerRow): Parameters<CareService['change']>[1] {
  const { title, gender, dateOfBirth } = personalOf(wishes);
  const { reference, confirmed } = wishes;
  const same = confirmed ? customer.confirmed_at !== null : customer.must_confirm && customer.confirmed_at === null;
  return {
    ...(title && title !== customer.title && { title }),
    ...(gender && gender !== customer.gender && { gender }),
    ...(dateOfBirth && dateOfBirth !== customer.date_of_birth && { dateOfBirth }),
    ...(reference && reference !== customer.reference && { reference }),
    ...(confirmed !== undefined && !same && { confirmed }),
  };
}

async function told(app: INestApplicationContext, id: string): Promise<object> {
  const customer = await app.get(CustomersService).profile(id, { addresses: false, mixins: false });
  return {
    id,
    reference: customer.reference,
    email: customer.accounts[0],
    title: customer.title ?? undefined,
    gender: customer.gender ?? undefined,
    dateOfBirth: customer.date_of_birth ?? undefined,
    confirmed: !customer.must_confirm || customer.confirmed_at !== null,
  };
}
