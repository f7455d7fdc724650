import { useRoute } from 'preact-iso';
import { useState } from 'preact/hooks';
import {
  approveMembershipRequest,
  getLegalEntity,
  listContactAssignments,
  listLegalEntities,
  listMembershipRequests,
  rejectMembershipRequest,
} from '../../../clients/typescript/src/emporix/sdk.gen.ts';
import type { MembershipRequestDto } from '../../../clients/typescript/src/emporix/types.gen.ts';
import { withTotal, dataOf } from '../api/calls.ts';
import { tenant } from '../api/session.ts';
import { formatAge, formatCountry, formatNumber } from '../format.ts';
import { type Loaded, useLoaded, useTitle } from '../hooks.ts';
import { base, customerPath } from '../links.ts';
import { ActionDialog } from '../parts/dialog.tsx';
import { Empty, Show } from '../parts/states.tsx';
import { announce } from '../parts/toast.tsx';
import { t } from '../texts/index.ts';
import { scope, useCan } from '../user.tsx';

const PAGE_SIZE = 100;

/** The companies of the tenant, and the customers who wait for the approval of their membership. */
export function Companies(): preact.JSX.Element {
  const [shown, setShown] = useState(PAGE_SIZE);
  const companies = useLoaded(`companies ${shown}`, () =>
    withTotal(listLegalEntities({ path: { tenant }, query: { pageSize: Math.min(shown, 1000), sort: 'name' } })),
  );
  const requests = useLoaded('requests', () => dataOf(listMembershipRequests({ path: { tenant } })));
  useTitle(t.nav.companies);
  return (
    <>
      <header class="head">
        <h1>{t.nav.companies}</h1>
      </header>
      <Requests requests={requests} />
      <Show loaded={companies}>
        {({ data }) =>
          data.length === 0 ? (
            <Empty>{t.companies.empty}</Empty>
          ) : (
            <>
              <div class="table">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{t.name}</th>
                      <th scope="col">{t.companies.type}</th>
                      <th scope="col">{t.companies.registrationId}</th>
                      <th scope="col">{t.companies.country}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.map(({ id, name, type, legalInfo }) => (
                      <tr key={id}>
                        <td data-label={t.name}>
                          <a href={`${base}/companies/${encodeURIComponent(id)}`}>{name}</a>
                        </td>
                        <td data-label={t.companies.type}>{t.companies.types[type]}</td>
                        <td data-label={t.companies.registrationId}>{legalInfo.registrationId}</td>
                        <td data-label={t.companies.country}>
                          {formatCountry(legalInfo.countryOfRegistration ?? undefined)}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {data.length === shown && (
                <button type="button" onClick={() => setShown(shown + PAGE_SIZE)}>
                  {t.more}
                </button>
              )}
            </>
          )
        }
      </Show>
    </>
  );
}

/** One company with its members. */
export function Company(): preact.JSX.Element {
  const id = useRoute().params.id ?? '';
  const company = useLoaded(id, () => dataOf(getLegalEntity({ path: { tenant, legalEntityId: id } })));
  const members = useLoaded(`members ${id}`, () =>
    dataOf(listContactAssignments({ path: { tenant }, query: { 'legalEntity.id': id, pageSize: 1000 } })),
  );
  const requests = useLoaded(`requests ${id}`, () =>
    dataOf(listMembershipRequests({ path: { tenant }, query: { 'legalEntity.id': id } })),
  );
  useTitle(company.data?.name ?? t.nav.companies);
  return (
    <>
      <p class="crumbs">
        <a href={`${base}/companies`}>{t.nav.companies}</a>
      </p>
      <Show loaded={company} missing={t.companies.missing}>
        {({ name, type, legalInfo }) => (
          <>
            <h1>{name}</h1>
            <Requests requests={requests} onDecided={members.reload} />
            <section class="card">
              <dl class="facts">
                <dt>{t.companies.type}</dt>
                <dd>{t.companies.types[type]}</dd>
                {legalInfo.legalName && (
                  <>
                    <dt>{t.companies.legalName}</dt>
                    <dd>{legalInfo.legalName}</dd>
                  </>
                )}
                {legalInfo.registrationId && (
                  <>
                    <dt>{t.companies.registrationId}</dt>
                    <dd>{legalInfo.registrationId}</dd>
                  </>
                )}
                {legalInfo.countryOfRegistration && (
                  <>
                    <dt>{t.companies.country}</dt>
                    <dd>{formatCountry(legalInfo.countryOfRegistration ?? undefined)}</dd>
                  </>
                )}
              </dl>
            </section>
            <section class="card" aria-labelledby="members">
              <h2 id="members">
                {t.companies.members} {members.data && <span class="total">{formatNumber(members.data.length)}</span>}
              </h2>
              <Show loaded={members}>
                {(rows) =>
                  rows.length === 0 ? (
                    <Empty>{t.companies.noMembers}</Empty>
                  ) : (
                    <ul class="rows">
                      {rows.map(({ id: assignment, customer, group, primary }) => (
                        <li key={assignment}>
                          <span>
                            <a href={customerPath(customer.id)}>{contactName(customer)}</a>{' '}
                            <span class="badge">{t.companies.groups[group]}</span>{' '}
                            {primary && <span class="badge">{t.companies.primary}</span>}
                          </span>
                        </li>
                      ))}
                    </ul>
                  )
                }
              </Show>
            </section>
          </>
        )}
      </Show>
    </>
  );
}

function contactName({ id, name, surname, email }: MembershipRequestDto['customer']): string {
  return [name, surname].filter(Boolean).join(' ') || email || id;
}

/** The customers who wait for the approval of their membership; nothing if there are none. */
function Requests({
  requests,
  onDecided,
}: {
  requests: Loaded<MembershipRequestDto[]>;
  onDecided?: () => void;
}): preact.JSX.Element | null {
  const mayDecide = useCan()(...scope.manageMembers);
  const [step, setStep] = useState<{ request: MembershipRequestDto; approves: boolean }>();
  if (!requests.data?.length) return null;
  return (
    <section class="card" aria-labelledby="requests">
      <h2 id="requests">
        {t.companies.requests} <span class="total">{formatNumber(requests.data.length)}</span>
      </h2>
      <ul class="rows">
        {requests.data.map((request) => (
          <li key={request.id}>
            <span>
              <a href={customerPath(request.customer.id)}>{contactName(request.customer)}</a>{' '}
              {t.companies.wants(request.legalEntity.name)} <span class="faint">{formatAge(request.createdAt)}</span>
            </span>
            {mayDecide && (
              <span class="buttons">
                <button type="button" class="primary" onClick={() => setStep({ request, approves: true })}>
                  {t.companies.approve}
                </button>
                <button type="button" onClick={() => setStep({ request, approves: false })}>
                  {t.companies.reject}
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {step && (
        <ActionDialog
          title={step.approves ? t.companies.approve : t.companies.reject}
          confirm={step.approves ? t.companies.approve : t.companies.reject}
          danger={!step.approves}
          call={() => (client) => {
            const path = { tenant, membershipRequestId: step.request.id };
            return step.approves
              ? approveMembershipRequest({ client, path })
              : rejectMembershipRequest({ client, path });
          }}
          onDone={() => {
            setStep(undefined);
            announce(t.done);
            requests.reload();
            onDecided?.();
          }}
          onClose={() => setStep(undefined)}
        >
          <p>{`${contactName(step.request.customer)} ${t.companies.wants(step.request.legalEntity.name)}`}</p>
        </ActionDialog>
      )}
    </section>
  );
}
