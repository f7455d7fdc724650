import { useId, useState } from 'preact/hooks';
import { updateCustomer } from '../../../../clients/typescript/src/emporix/sdk.gen.ts';
import { tenant } from '../../api/session.ts';
import { formatDateTime } from '../../format.ts';
import { ActionDialog } from '../../parts/dialog.tsx';
import { announce } from '../../parts/toast.tsx';
import { t } from '../../texts/index.ts';
import { scope, useCan } from '../../user.tsx';
import type { CustomerProps } from '../customer.tsx';

/** What cannot be edited in the profile. */
export function Facts({ customer, onChanged }: CustomerProps): preact.JSX.Element {
  const mayManage = useCan()(scope.manage);
  const [open, setOpen] = useState(false);
  const { id, reference, email, lastLogin, metadataCreatedAt, emailConfirmed, standingSince, pendingEmail } = customer;
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">{t.customer.account}</h2>
      <dl class="facts">
        <dt>{t.loginEmail}</dt>
        <dd class="break">
          {email ?? t.customer.noLogin}
          {email && emailConfirmed !== undefined && (
            <span class={emailConfirmed ? 'badge good' : 'badge warn'}>
              {emailConfirmed ? t.confirmed : t.unconfirmed}
            </span>
          )}
        </dd>
        {pendingEmail && (
          <>
            <dt>{t.customer.changeEmail.field}</dt>
            <dd class="break">
              {pendingEmail} <span class="badge warn">{t.unconfirmed}</span>
            </dd>
          </>
        )}
        <dt>{t.number}</dt>
        <dd>{id}</dd>
        <dt>{t.customer.reference}</dt>
        <dd>{reference}</dd>
        <dt>{t.created}</dt>
        <dd>{formatDateTime(metadataCreatedAt)}</dd>
        {standingSince && (
          <>
            <dt>{t.customer.standingSince}</dt>
            <dd>{formatDateTime(standingSince)}</dd>
          </>
        )}
        <dt>{t.lastLogin}</dt>
        <dd>{formatDateTime(lastLogin) || t.never}</dd>
      </dl>
      {mayManage && email && (
        <button type="button" onClick={() => setOpen(true)}>
          {t.customer.changeEmail.name}
        </button>
      )}
      {open && (
        <EmailDialog
          customer={customer}
          onClose={() => setOpen(false)}
          onChanged={() => {
            setOpen(false);
            onChanged();
          }}
        />
      )}
    </section>
  );
}

function EmailDialog({ customer, onChanged, onClose }: CustomerProps & { onClose: () => void }): preact.JSX.Element {
  const mayOverride = useCan()(scope.overrideEmail);
  const [email, setEmail] = useState('');
  const id = useId();
  const path = { tenant, customerNumber: customer.id };
  return (
    <ActionDialog
      title={t.customer.changeEmail.name}
      confirm={t.customer.changeEmail.name}
      reason="optional"
      call={(reason) => (client) => updateCustomer({ client, path, body: { email, reason } })}
      onDone={(_result, reason) => {
        announce(mayOverride && reason ? t.customer.changeEmail.done : t.customer.changeEmail.requested);
        onChanged();
      }}
      onClose={onClose}
    >
      <p>{mayOverride ? t.customer.changeEmail.override : t.customer.changeEmail.text}</p>
      <div class="field">
        <label for={id}>{t.customer.changeEmail.field}</label>
        <input
          id={id}
          type="email"
          required
          autocomplete="off"
          value={email}
          onInput={({ currentTarget }) => setEmail(currentTarget.value)}
        />
      </div>
    </ActionDialog>
  );
}
