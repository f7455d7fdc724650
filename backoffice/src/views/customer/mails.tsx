import { useState } from 'preact/hooks';
import { dataOf } from '../../api/calls.ts';
import { pending } from '../../api/pending.ts';
import { formatDateTime, inWords } from '../../format.ts';
import { useLoaded } from '../../hooks.ts';
import { ActionDialog } from '../../parts/dialog.tsx';
import { Empty, Show } from '../../parts/states.tsx';
import { announce } from '../../parts/toast.tsx';
import { t } from '../../texts/index.ts';
import { scope, useCan } from '../../user.tsx';

/** The mails that an employee can send to a customer. */
const SENDABLE = ['password-reset', 'opt-in', 'initial-password'] as const;

export function Mails({ number }: { number: string }): preact.JSX.Element {
  const mayManage = useCan()(scope.manage);
  const mails = useLoaded(`mails ${number}`, () => dataOf(pending.mails(number)()));
  const [sending, setSending] = useState<string>();
  return (
    <section class="card" aria-labelledby="mails">
      <h2 id="mails">{t.customer.views.mails}</h2>
      {mayManage && (
        <div class="buttons">
          {SENDABLE.map((kind) => (
            <button key={kind} type="button" onClick={() => setSending(kind)}>
              {t.mails.send[kind]}
            </button>
          ))}
        </div>
      )}
      <Show loaded={mails}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty>{t.mails.empty}</Empty>
          ) : (
            <div class="table">
              <table>
                <thead>
                  <tr>
                    <th scope="col">{t.mails.kind}</th>
                    <th scope="col">{t.mails.state}</th>
                    <th scope="col">{t.created}</th>
                    <th scope="col">
                      <span class="unseen">{t.actions}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map(({ id, kind, state, createdAt, sentAt, error }) => (
                    <tr key={id}>
                      <td data-label={t.mails.kind}>{kindName(kind)}</td>
                      <td data-label={t.mails.state}>
                        {stateName(state ?? (sentAt ? 'sent' : 'waiting'))}{' '}
                        {error && <span class="faint">{error}</span>}
                      </td>
                      <td data-label={t.created}>{formatDateTime(createdAt)}</td>
                      <td class="actions">
                        {mayManage && (
                          <button
                            type="button"
                            onClick={() => setSending(kind)}
                            aria-label={`${t.mails.again}: ${kindName(kind)}`}
                          >
                            {t.mails.again}
                          </button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Show>
      {sending && (
        <ActionDialog
          title={`${t.mails.sendTitle}: ${kindName(sending)}`}
          confirm={t.mails.sendTitle}
          call={() => pending.sendMail(number, sending)}
          onDone={() => {
            setSending(undefined);
            announce(t.mails.queued);
            mails.reload();
          }}
          onClose={() => setSending(undefined)}
        >
          <p>{t.mails.sendText}</p>
        </ActionDialog>
      )}
    </section>
  );
}

function kindName(kind: string): string {
  return (t.mails.kinds as Record<string, string>)[kind] ?? inWords(kind);
}

function stateName(state: string): string {
  return (t.mails.states as Record<string, string>)[state] ?? inWords(state);
}
