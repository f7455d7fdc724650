import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import type { Command } from 'commander';
import { IsEmailAddress, MayBeAbsent, Text, checked } from '../common/validation.js';
import { CompanyUsersService } from '../companies/company-users.service.js';
import type { ContactAssignment } from '../companies/contact-assignment.entity.js';
import { LegalEntitiesService } from '../companies/legal-entities.service.js';
import type { LegalEntity } from '../companies/legal-entity.entity.js';
import { inTenant } from './context.js';
import { customerNumberOf } from './customer-number.js';
import { type OutputOptions, print } from './output.js';

interface Options extends OutputOptions {
  tenant: string;
}

interface CompanyOptions extends Options {
  active?: string;
  status?: string;
  email?: string;
  phone?: string;
  externalUrl?: string;
  bic?: string;
  iban?: string;
}

interface UserOptions extends Options {
  legalEntity: string;
  group?: 'Admin' | 'Buyer' | 'Requester';
  active?: string;
  default?: string;
}

/** The fields of a legal entity that exist only in the Glue API. */
class CompanyDto {
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
  @MayBeAbsent()
  @IsIn(['pending', 'approved', 'denied'])
  status?: 'pending' | 'approved' | 'denied';
  @IsOptional()
  @IsEmailAddress()
  email?: string | null;
  @Text()
  phone?: string | null;
  @Text(2000)
  externalUrl?: string | null;
  @Text()
  bic?: string | null;
  @Text()
  iban?: string | null;
}

export async function updateCompany(
  id: string,
  { tenant, json, active, ...texts }: CompanyOptions,
  command: Command,
): Promise<void> {
  const given = Object.entries<string | undefined>({ ...texts });
  const fields: Record<string, unknown> = Object.fromEntries(given.map(([name, text]) => [name, text || null]));
  if (active) fields.active = booleanOf(active);
  if (Object.keys(fields).length === 0) {
    command.error(
      'error: nothing to set: --active, --status, --email, --phone, --external-url, --bic or --iban is required',
    );
  }
  const changes = await checked(CompanyDto, fields);
  await inTenant(tenant, async (app) => {
    const { legalEntity, changed } = await app.get(LegalEntitiesService).setGlueFields(id, { ...changes });
    print({ ...toCompany(legalEntity), changed }, { json });
  });
}

export async function setCompanyUser(
  name: string,
  { tenant, json, legalEntity, group, ...flags }: UserOptions,
): Promise<void> {
  const active = booleanOf(flags.active);
  const isDefault = booleanOf(flags.default);
  await inTenant(tenant, async (app) => {
    const customer = await customerNumberOf(app, name);
    const { user, changed } = await app
      .get(CompanyUsersService)
      .set(customer, legalEntity, { group, active, isDefault });
    print({ ...toUser(user), changed }, { json });
  });
}

const booleanOf = (text: string | undefined): boolean | undefined => (text === undefined ? undefined : text === 'true');

function toCompany({ id, uuid, name, type, ...fields }: LegalEntity): object {
  const { active, status, email, phone, externalUrl, bic, iban } = fields;
  const texts = { email, phone, externalUrl, bic, iban };
  const present = Object.entries(texts).filter(([, text]) => text !== null);
  return { id, uuid, name, type, active, status, ...Object.fromEntries(present) };
}

function toUser({ uuid, customerId, legalEntityId, companyGroup, active, isDefault }: ContactAssignment): object {
  return {
    id: uuid,
    customer: customerId,
    legalEntity: legalEntityId,
    group: companyGroup,
    active,
    default: isDefault,
  };
}
