import { useState } from 'preact/hooks';
import { listOutbox, retryMail, sendCustomerMail } from '../../../../clients/typescript/src/emporix/sdk.gen.ts';
import type { OutboxMailDto } from '../../../../clients/typescript/src/emporix/types.gen.ts';
import { dataOf } from '../../api/calls.ts';
import { tenant } from '../../api/session.ts';
import { formatDateTime } from '../../format.ts';
import { useLoaded } from '../../hooks.ts';
import { ActionDialog } from '../../parts/dialog.tsx';
import { MailState, mailName } from '../../parts/mail-state.tsx';
import { Empty, Show } from '../../parts/states.tsx';
import { announce } from '../../parts/toast.tsx';
import { t } from '../../texts/index.ts';
import { scope, useCan } from '../../user.tsx';

/** The mails that an employee can send to a customer. */
const SENDABLE = ['password-reset', 'opt-in', 'initial-password'] as const;
type Sendable = (typeof SENDABLE)[number];

/** The mails to a customer, and the links that an employee can send again. */
export function Mails({ number }: { number: string }): preact.JSX.Element {
  const mayManage = useCan()(scope.mails);
  const mails = useLoaded<OutboxMailDto[]>(`mails ${number}`, () =>
    mayManage ? dataOf(listOutbox({ path: { tenant }, query: { customerNumber: number } })) : undefined,
  );
  const [sending, setSending] = useState<Sendable>();
  const [retried, setRetried] = useState<OutboxMailDto>();
  const done = (): void => {
    setSending(undefined);
    setRetried(undefined);
    announce(t.mails.queued);
    mails.reload();
  };
  return (
    <section class="card" aria-labelledby="mails">
      <h2 id="mails">{t.customer.views.mails}</h2>
      {!mayManage && <Empty>{t.mails.forbidden}</Empty>}
      {mayManage && (
        <>
          <div class="buttons">
            {SENDABLE.map((kind) => (
              <button key={kind} type="button" onClick={() => setSending(kind)}>
                {t.mails.send[kind]}
              </button>
            ))}
          </div>
          <Show loaded={mails}>
            {(rows) =>
              rows.length === 0 ? (
                <Empty>{t.mails.empty}</Empty>
              ) : (
                <ul class="rows">
                  {rows.map((mail) => (
                    <li key={mail.id}>
                      <span>
                        {mailName(mail.kind)} <span class="faint">{formatDateTime(mail.createdAt)}</span>
                        <br />
                        <MailState mail={mail} />
                      </span>
                      {mail.status === 'given_up' && (
                        <button type="button" onClick={() => setRetried(mail)}>
                          {t.mails.retry}
                        </button>
                      )}
                    </li>
                  ))}
                </ul>
              )
            }
          </Show>
        </>
      )}
      {sending && (
        <ActionDialog
          title={`${t.mails.sendTitle}: ${mailName(sending)}`}
          confirm={t.mails.sendTitle}
          call={() => (client) =>
            sendCustomerMail({ client, path: { tenant, customerNumber: number }, body: { kind: sending } })
          }
          onDone={done}
          onClose={() => setSending(undefined)}
        >
          <p>{t.mails.sendText}</p>
        </ActionDialog>
      )}
      {retried && (
        <ActionDialog
          title={`${t.mails.retry}: ${mailName(retried.kind)}`}
          confirm={t.mails.retry}
          call={() => (client) => retryMail({ client, path: { tenant, mailId: retried.id } })}
          onDone={done}
          onClose={() => setRetried(undefined)}
        >
          <p>{t.mails.retryText}</p>
        </ActionDialog>
      )}
    </section>
  );
}
