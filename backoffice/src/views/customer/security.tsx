import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import {
  endCustomerSession,
  endCustomerSessions,
  listCustomerIdentities,
  listCustomerSecondFactors,
  listCustomerSessions,
  removeSecondFactor,
  unlinkCustomerIdentity,
} from '../../../../clients/typescript/src/emporix/sdk.gen.ts';
import { type Call, dataOf } from '../../api/calls.ts';
import { tenant } from '../../api/session.ts';
import { formatDateTime } from '../../format.ts';
import { type Loaded, useLoaded } from '../../hooks.ts';
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
      <Section
        id="sessions"
        title={texts.sessions}
        empty={texts.noSessions}
        loaded={sessions}
        keyOf={({ id }) => id}
        row={({ userAgent, createdAt, lastUsedAt }) => (
          <>
            <span class="break">{userAgent || texts.unknownDevice}</span>{' '}
            <span class="faint">{`${texts.since(formatDateTime(createdAt))}, ${texts.used(formatDateTime(lastUsedAt))}`}</span>
          </>
        )}
        stepFor={({ id }) => ({
          title: texts.end,
          text: texts.endText,
          call: () => (client) => endCustomerSession({ client, path: { ...path, sessionId: id } }),
        })}
        onStep={mayManage ? setStep : undefined}
        stepForAll={{
          title: texts.endAll,
          text: texts.endText,
          call: () => (client) => endCustomerSessions({ client, path }),
        }}
      />
      <Section
        id="identities"
        title={texts.identities}
        empty={texts.noIdentities}
        loaded={identities}
        keyOf={({ id }) => id}
        row={({ providerId, createdAt }) => (
          <>
            {providerId} <span class="faint">{texts.since(formatDateTime(createdAt))}</span>
          </>
        )}
        stepFor={({ id }) => ({
          title: texts.unlink,
          text: texts.unlinkText,
          call: () => (client) => unlinkCustomerIdentity({ client, path: { ...path, identityId: id } }),
        })}
        onStep={mayManage ? setStep : undefined}
      />
      <Section
        id="factors"
        title={texts.factors}
        empty={texts.noFactors}
        loaded={factors}
        keyOf={({ type }) => type}
        row={({ type, createdAt }) => (
          <>
            {texts.types[type] ?? type}{' '}
            {createdAt && <span class="faint">{texts.since(formatDateTime(createdAt))}</span>}
          </>
        )}
        stepFor={({ type }) => ({
          title: texts.remove,
          text: texts.removeText,
          needsReason: true,
          call:
            (reason = '') =>
            (client) =>
              removeSecondFactor({ client, path: { ...path, type }, query: { reason } }),
        })}
        onStep={mayManage ? setStep : undefined}
      />
      {step && (
        <ActionDialog
          title={step.title}
          confirm={step.title}
          danger
          call={step.call}
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

interface SectionProps<T> {
  id: string;
  title: string;
  empty: string;
  loaded: Loaded<T[]>;
  keyOf: (item: T) => string;
  row: (item: T) => ComponentChildren;
  stepFor: (item: T) => Step;
  stepForAll?: Step;
  /** Absent if the role permits no changes. */
  onStep: ((step: Step) => void) | undefined;
}

/** A list whose items have one action each. */
function Section<T>(props: SectionProps<T>): preact.JSX.Element {
  const { id, title, empty, loaded, keyOf, row, stepFor, stepForAll, onStep } = props;
  const button = (step: Step): preact.JSX.Element | undefined =>
    onStep && (
      <button type="button" onClick={() => onStep(step)}>
        {step.title}
      </button>
    );
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Show loaded={loaded}>
        {(items) =>
          items.length === 0 ? (
            <Empty>{empty}</Empty>
          ) : (
            <>
              <ul class="rows">
                {items.map((item) => (
                  <li key={keyOf(item)}>
                    <span>{row(item)}</span>
                    {button(stepFor(item))}
                  </li>
                ))}
              </ul>
              {stepForAll && button(stepForAll)}
            </>
          )
        }
      </Show>
    </section>
  );
}
