import { listLegalEntities } from '../../clients/typescript/src/emporix/sdk.gen.ts';
import type { CustomerDto } from '../../clients/typescript/src/emporix/types.gen.ts';
import { dataOf } from './api/calls.ts';
import { tenant } from './api/session.ts';
import { quoted } from './customers.ts';
import { useLoaded } from './hooks.ts';
import { scope, useCan } from './user.tsx';

/**
 * Whether the company of a customer existed before the customer; a sign-up with a new registration id creates its
 * company. Undefined if the employee may not read companies, or the customer has no registration id.
 */
export function useKnownCompanies(customers: CustomerDto[]): (customer: CustomerDto) => boolean | undefined {
  const mayRead = useCan()(scope.readCompanies);
  const ids = [...new Set(customers.flatMap(companiesOf))].sort();
  const created = useLoaded(ids.join('\n'), () => (mayRead && ids.length > 0 ? findCreationTimes(ids) : undefined));
  return (customer) => {
    if (customer.b2b?.companyRegistrationId === undefined || !mayRead) return undefined;
    const companies = companiesOf(customer);
    // A customer who waits for the approval of a company does not belong to it yet.
    if (companies.length === 0) return true;
    return created.data && companies.some((id) => (created.data?.get(id) ?? '') < customer.metadataCreatedAt);
  };
}

function companiesOf({ b2b }: CustomerDto): string[] {
  return (b2b?.legalEntities ?? []).map(({ id }) => id);
}

async function findCreationTimes(ids: string[]): Promise<Map<string, string>> {
  const q = `id:(${ids.map(quoted).join(',')})`;
  const companies = await dataOf(listLegalEntities({ path: { tenant }, query: { q, pageSize: ids.length } }));
  return new Map(companies.map(({ id, metadata }) => [id, metadata.createdAt]));
}
