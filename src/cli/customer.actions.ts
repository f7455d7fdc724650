import { text } from 'node:stream/consumers';
import { IntersectionType } from '@nestjs/swagger';
import type { INestApplicationContext } from '@nestjs/common';
import type { Command } from 'commander';
import { checked } from '../common/validation.js';
import { CustomersService } from '../customers/customers.service.js';
import type { CustomerRow } from '../customers/profile.js';
import { CustomerCreationService } from '../employee/customer-creation.service.js';
import { CustomerSupportService } from '../employee/customer-support.service.js';
import { CustomerUpdateService } from '../employee/customer-update.service.js';
import { NewCustomerDto, adminInputOf } from '../employee/customers.dto.js';
import { PersonalDto, personalOf } from '../employee/personal.dto.js';
import type { Reach } from '../tenants/reach.js';
import { assertSecretSet, inTenant, requireMailSecret } from './context.js';
import { customerNumberOf } from './customer-number.js';
import { unlessExists } from './if-missing.js';
import { type OutputOptions, print } from './output.js';

interface Options extends OutputOptions {
  tenant: string;
  reference?: string;
  salutation?: string;
  gender?: string;
  dateOfBirth?: string;
  confirmed?: string;
  secondFactor?: 'off';
}

interface NewOptions extends Options {
  firstName?: string;
  lastName?: string;
  passwordStdin?: boolean;
  ifMissing?: boolean;
}

/** The reason in the history of the customer. */
const REMOVAL_REASON = 'foyer customer set --second-factor off';

class NewPersonDto extends IntersectionType(NewCustomerDto, PersonalDto) {}

export async function createCustomer(email: string, options: NewOptions): Promise<void> {
  const { firstName, lastName, passwordStdin, ifMissing } = options;
  const password = passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : undefined;
  const fields = personalFields(options);
  const body = await checked(NewPersonDto, { ...fields, contactEmail: email, firstName, lastName, password });
  const { reference, salutation, gender, dateOfBirth, confirmed, ...profile } = body;
  const personal = personalOf({ salutation, gender, dateOfBirth });
  const input = { ...adminInputOf(profile), ...personal, active: true, reference, confirmed };
  await inTenant(options.tenant, async (app, reach) => {
    const id = await unlessExists('email_taken', { ifMissing }, () =>
      app.get(CustomerCreationService).create(input, { invite: false }, reach),
    );
    print(id ? { ...(await readCustomer(app, id, reach)), created: true } : { email, created: false }, options);
  });
}

export async function updateCustomer(name: string, options: Options, command: Command): Promise<void> {
  const fields = personalFields(options);
  if (Object.values({ ...fields, off: options.secondFactor }).every((value) => value === undefined)) {
    command.error(
      'error: nothing to set: --reference, --salutation, --gender, --date-of-birth, --confirmed or --second-factor is required',
    );
  }
  const body = await checked(PersonalDto, fields);
  if (body.confirmed) requireMailSecret();
  await inTenant(options.tenant, async (app, reach) => {
    const id = await customerNumberOf(app, name);
    const customer = await app.get(CustomersService).profile(id, { addresses: false, mixins: false }, reach);
    const changes = changedFields(body, customer);
    const differs = Object.keys(changes).length > 0;
    if (differs) await app.get(CustomerUpdateService).change(id, changes, reach);
    const removed = options.secondFactor
      ? await app.get(CustomerSupportService).removeSecondFactors(id, REMOVAL_REASON, reach)
      : 0;
    const changed = differs || removed > 0;
    print({ ...(await readCustomer(app, id, reach)), changed }, options);
  });
}

export async function unlockCustomer(name: string, options: Pick<Options, 'tenant' | 'json'>): Promise<void> {
  assertSecretSet('failed logins are stored under a hash that is keyed with it.');
  await inTenant(options.tenant, async (app, reach) => {
    const id = await customerNumberOf(app, name);
    await app.get(CustomerSupportService).unlock(id, reach);
    print({ id, unlocked: true }, options);
  });
}

function personalFields({ reference, salutation, gender, dateOfBirth, confirmed }: Options): Record<string, unknown> {
  return { reference, salutation, gender, dateOfBirth, confirmed: confirmed && confirmed === 'true' };
}

/** The values that differ from the stored ones. */
function changedFields(wanted: PersonalDto, customer: CustomerRow): Parameters<CustomerUpdateService['change']>[1] {
  const { title, gender, dateOfBirth } = personalOf(wanted);
  const { reference, confirmed } = wanted;
  const same = confirmed ? customer.confirmed_at !== null : customer.must_confirm && customer.confirmed_at === null;
  return {
    ...(title && title !== customer.title && { title }),
    ...(gender && gender !== customer.gender && { gender }),
    ...(dateOfBirth && dateOfBirth !== customer.date_of_birth && { dateOfBirth }),
    ...(reference && reference !== customer.reference && { reference }),
    ...(confirmed !== undefined && !same && { confirmed }),
  };
}

async function readCustomer(app: INestApplicationContext, id: string, reach: Reach): Promise<object> {
  const customer = await app.get(CustomersService).profile(id, { addresses: false, mixins: false }, reach);
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
