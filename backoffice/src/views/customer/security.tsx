import { useState } from 'preact/hooks';
import {
  endCustomerSession,
  endCustomerSessions,
  listCustomerIdentities,
  listCustomerSecondFactors,
  listCustomerSessions,
  removeSecondFactor,
  unlinkCustomerIdentity,
} from '../../../../clients/typescript/src/sdk.gen.ts';
import { type Call, dataOf } from '../../api/calls.ts';
import { tenant } from '../../api/session.ts';
import { formatDateTime } from '../../format.ts';
import { useLoaded } from '../../hooks.ts';
import { ActionDialog } from '../../parts/dialog.tsx';
import { Empty, Show } from '../../parts/states.tsx';
import { announce } from '../../parts/toast.tsx';
import { t } from '../../texts/index.ts';
import { scope, useCan } from '../../user.tsx';
import type { CustomerProps } from '../customer.tsx';

interface Step {
  title: string;
  text: string;
  needsReason?: boolean;
  call: (reason: string | undefined) => Call;
}

/** Sessions, identities and second factors of a customer. */
export function Security({ customer, onChanged }: CustomerProps): preact.JSX.Element {
  const mayManage = useCan()(scope.manage);
  const number = customer.id;
  const path = { tenant, customerNumber: number };
  const sessions = useLoaded(`sessions ${number}`, () => dataOf(listCustomerSessions({ path })));
  const identities = useLoaded(`identities ${number}`, () => dataOf(listCustomerIdentities({ path })));
  const factors = useLoaded(`factors ${number}`, () => dataOf(listCustomerSecondFactors({ path })));
  const [step, setStep] = useState<Step>();
  const texts = t.customer.security;
  return (
    <>
      <section class="card" aria-labelledby="sessions">
        <h2 id="sessions">{texts.sessions}</h2>
        <Show loaded={sessions}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty>{texts.noSessions}</Empty>
            ) : (
              <>
                <ul class="rows">
                  {rows.map(({ id, userAgent, createdAt, lastUsedAt }) => (
                    <li key={id}>
                      <span>
                        <span class="break">{userAgent || texts.unknownDevice}</span>
                        <span class="faint">
                          {' '}
                          {texts.since(formatDateTime(createdAt))}
                          {`, ${texts.used(formatDateTime(lastUsedAt))}`}
                        </span>
                      </span>
                      {mayManage && (
                        <button
                          type="button"
                          onClick={() =>
                            setStep({
                              title: texts.end,
                              text: texts.endText,
                              call: (): Call => (client) =>
                                endCustomerSession({ client, path: { ...path, sessionId: id } }),
                            })
                          }
                        >
                          {texts.end}
                        </button>
                      )}
                    </li>
                  ))}
                </ul>
                {mayManage && (
                  <button
                    type="button"
                    onClick={() =>
                      setStep({
                        title: texts.endAll,
                        text: texts.endText,
                        call: (): Call => (client) => endCustomerSessions({ client, path }),
                      })
                    }
                  >
                    {texts.endAll}
                  </button>
                )}
              </>
            )
          }
        </Show>
      </section>
      <section class="card" aria-labelledby="identities">
        <h2 id="identities">{texts.identities}</h2>
        <Show loaded={identities}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty>{texts.noIdentities}</Empty>
            ) : (
              <ul class="rows">
                {rows.map(({ id, providerId, createdAt }) => (
                  <li key={id}>
                    <span>
                      {providerId} <span class="faint">{texts.since(formatDateTime(createdAt))}</span>
                    </span>
                    {mayManage && (
                      <button
                        type="button"
                        onClick={() =>
                          setStep({
                            title: texts.unlink,
                            text: texts.unlinkText,
                            call: (): Call => (client) =>
                              unlinkCustomerIdentity({ client, path: { ...path, identityId: id } }),
                          })
                        }
                      >
                        {texts.unlink}
                      </button>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Show>
      </section>
      <section class="card" aria-labelledby="factors">
        <h2 id="factors">{texts.factors}</h2>
        <Show loaded={factors}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty>{texts.noFactors}</Empty>
            ) : (
              <ul class="rows">
                {rows.map(({ type, createdAt }) => (
                  <li key={type}>
                    <span>
                      {texts.types[type] ?? type}{' '}
                      {createdAt && <span class="faint">{texts.since(formatDateTime(createdAt))}</span>}
                    </span>
                    {mayManage && (
                      <button
                        type="button"
                        onClick={() =>
                          setStep({
                            title: texts.remove,
                            text: texts.removeText,
                            needsReason: true,
                            call:
                              (reason?: string): Call =>
                              (client) =>
                                removeSecondFactor({
                                  client,
                                  path: { ...path, type },
                                  query: { reason: reason ?? '' },
                                }),
                          })
                        }
                      >
                        {texts.remove}
                      </button>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Show>
      </section>
      {step && (
        <ActionDialog
          {...{ title: step.title, confirm: step.title, danger: true, call: step.call }}
          reason={step.needsReason ? 'required' : undefined}
          onDone={() => {
            setStep(undefined);
            announce(t.done);
            for (const { reload } of [sessions, identities, factors]) reload();
            onChanged();
          }}
          onClose={() => setStep(undefined)}
        >
          <p>{step.text}</p>
        </ActionDialog>
      )}
    </>
  );
}
