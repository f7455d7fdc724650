import { listLegalEntities } from '../../clients/typescript/src/sdk.gen.ts';
import type { CustomerDto } from '../../clients/typescript/src/types.gen.ts';
import { dataOf } from './api/calls.ts';
import { tenant } from './api/session.ts';
import { quoted } from './customers.ts';
import { useLoaded } from './hooks.ts';
import { scope, useCan } from './user.tsx';

/**
 * Whether the tenant has a company with the registration id of a customer; undefined if the employee may not read
 * companies, or the customer has no registration id.
 */
export function useKnownCompanies(customers: CustomerDto[]): (customer: CustomerDto) => boolean | undefined {
  const mayRead = useCan()(scope.readCompanies);
  const idOf = ({ b2b }: CustomerDto): string | undefined => b2b?.companyRegistrationId;
  const ids = [...new Set(customers.flatMap((customer) => idOf(customer) ?? []))].sort();
  const known = useLoaded(ids.join('\n'), () => (mayRead && ids.length > 0 ? findRegistrations(ids) : undefined));
  return (customer) => {
    const id = idOf(customer);
    if (id === undefined) return undefined;
    if (customer.b2b?.legalEntities?.length) return true;
    return known.data?.has(id);
  };
}

async function findRegistrations(ids: string[]): Promise<Set<string>> {
  const q = `legalInfo.registrationId:(${ids.map(quoted).join(',')})`;
  const companies = await dataOf(listLegalEntities({ path: { tenant }, query: { q, pageSize: ids.length } }));
  return new Set(companies.flatMap(({ legalInfo }) => legalInfo.registrationId ?? []));
}
