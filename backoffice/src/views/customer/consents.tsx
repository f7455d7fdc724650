import { listCustomerConsents } from '../../../../clients/typescript/src/emporix/sdk.gen.ts';
import { dataOf } from '../../api/calls.ts';
import { tenant } from '../../api/session.ts';
import { formatDateTime } from '../../format.ts';
import { useLoaded } from '../../hooks.ts';
import { Empty, Show } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';

export function Consents({ number }: { number: string }): preact.JSX.Element {
  const loaded = useLoaded(`consents ${number}`, () =>
    dataOf(listCustomerConsents({ path: { tenant, customerNumber: number } })),
  );
  return (
    <section class="card" aria-labelledby="consents">
      <h2 id="consents">{t.customer.consents}</h2>
      <Show loaded={loaded}>
        {({ consents }) =>
          consents.length === 0 ? (
            <Empty>{t.customer.noConsents}</Empty>
          ) : (
            <ul class="rows">
              {consents.map(({ id, version, accepted, at }) => (
                <li key={`${id} ${at}`}>
                  <span>
                    {id} <span class="faint">{version}</span>{' '}
                    <span class={accepted ? 'badge good' : 'badge bad'}>
                      {accepted ? t.customer.accepted : t.customer.withdrawn}
                    </span>
                  </span>
                  <span class="faint">{formatDateTime(at)}</span>
                </li>
              ))}
            </ul>
          )
        }
      </Show>
    </section>
  );
}
