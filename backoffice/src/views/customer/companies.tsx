import { listContactAssignments } from '../../../../clients/typescript/src/emporix/sdk.gen.ts';
import { dataOf } from '../../api/calls.ts';
import type { CustomerDto } from '../../../../clients/typescript/src/emporix/types.gen.ts';
import { tenant } from '../../api/session.ts';
import { useLoaded } from '../../hooks.ts';
import { base } from '../../links.ts';
import { Empty, Show } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { scope, useCan } from '../../user.tsx';

/** The companies that a customer belongs to. */
export function CustomerCompanies({ customer }: { customer: CustomerDto }): preact.JSX.Element {
  const mayRead = useCan()(scope.readCompanies);
  const assignments = useLoaded(`companies ${customer.id}`, () =>
    mayRead ? dataOf(listContactAssignments({ path: { tenant }, query: { 'customer.id': customer.id } })) : undefined,
  );
  const names = customer.b2b?.legalEntities ?? [];
  const registrationId = customer.b2b?.companyRegistrationId;
  return (
    <section class="card" aria-labelledby="companies">
      <h2 id="companies">{t.nav.companies}</h2>
      {registrationId && (
        <dl class="facts">
          <dt>{t.companies.registrationId}</dt>
          <dd>{registrationId}</dd>
        </dl>
      )}
      {!mayRead && names.length === 0 && <Empty>{t.companies.none}</Empty>}
      {!mayRead && names.length > 0 && (
        <ul class="rows">
          {names.map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
        </ul>
      )}
      {mayRead && (
        <Show loaded={assignments}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty>{t.companies.none}</Empty>
            ) : (
              <ul class="rows">
                {rows.map(({ id, legalEntity, group, primary }) => (
                  <li key={id}>
                    <span>
                      <a href={`${base}/companies/${encodeURIComponent(legalEntity.id)}`}>{legalEntity.name}</a>{' '}
                      <span class="badge">{t.companies.groups[group]}</span>{' '}
                      {primary && <span class="badge">{t.companies.primary}</span>}
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Show>
      )}
    </section>
  );
}
