import { useState } from 'preact/hooks';
import {
  eraseCustomer,
  exportCustomer,
  startAssistedBuying,
  unlockCustomer,
  updateCustomer,
} from '../../../../clients/typescript/src/emporix/sdk.gen.ts';
import { useLocation } from 'preact-iso';
import { type Call, dataOf } from '../../api/calls.ts';
import { toFailure } from '../../api/failure.ts';
import type { DecisionResultDto } from '../../../../clients/typescript/src/emporix/types.gen.ts';
import { tenant } from '../../api/session.ts';
import { download } from '../../download.ts';
import { decisionOn, standingOf } from '../../customers.ts';
import { formatFailure, nameOf } from '../../format.ts';
import { base } from '../../links.ts';
import { ActionDialog, ApiCall, Dialog } from '../../parts/dialog.tsx';
import { announce } from '../../parts/toast.tsx';
import { t } from '../../texts/index.ts';
import { scope, useCan, useUser } from '../../user.tsx';
import type { CustomerProps } from '../customer.tsx';

type Name = keyof typeof t.customer.actions;

/** The actions on a customer. An action that the role does not permit, or that has no effect, is absent. */
export function Actions({ customer, onChanged }: CustomerProps): preact.JSX.Element {
  const can = useCan();
  const { route } = useLocation();
  const { actForLink } = useUser();
  const [open, setOpen] = useState<Name>();
  const [token, setToken] = useState<string>();
  const standing = standingOf(customer);
  const isActive = standing === 'active';
  const mayDecide = can(scope.decide);
  const mayManage = can(scope.manage);
  const shown: [Name, boolean][] = [
    ['activate', mayDecide && !isActive],
    ['decline', mayDecide && standing === 'awaiting'],
    ['release', mayManage && customer.onHold],
    ['hold', mayManage && !customer.onHold && isActive],
    ['deactivate', mayManage && isActive],
    ['unlock', mayManage && Boolean(customer.lockedUntil)],
    ['act', can(scope.act) && isActive && !customer.onHold],
    ['export', mayManage],
    ['erase', mayManage],
  ];
  const names = shown.flatMap(([name, isShown]) => (isShown ? [name] : []));
  const [first, ...rest] = names;
  const close = (): void => setOpen(undefined);
  const done = (message: string): void => {
    close();
    announce(message);
    onChanged();
  };
  const start = (name: Name): void => {
    if (name === 'activate') void activate();
    else if (name === 'export') void save();
    else setOpen(name);
  };
  const activate = async (): Promise<void> => {
    const [result] = await dataOf(decisionOn([customer.id], 'activate')()).catch(
      (error: unknown): DecisionResultDto[] => {
        const { status, message } = toFailure(error);
        return [{ customerNumber: customer.id, code: status || 500, message: formatFailure({ status, message }) }];
      },
    );
    if (result && result.code >= 400) announce(result.message ?? t.failure.unknown(result.code));
    else done(t.waiting.activated(1, nameOf(customer)));
  };
  const save = async (): Promise<void> => {
    try {
      const data = await dataOf(exportCustomer({ path }));
      download(`customer-${customer.id}.json`, [JSON.stringify(data, null, 2)], 'application/json');
    } catch (error) {
      announce(formatFailure(toFailure(error)));
    }
  };
  const path = { tenant, customerNumber: customer.id };
  const texts = t.customer.actions;
  const common = { onClose: close };
  const email = customer.email ?? customer.contactEmail ?? customer.id;

  return (
    <div class="buttons">
      {first && (
        <button type="button" class={first === 'activate' ? 'primary' : undefined} onClick={() => start(first)}>
          {texts[first].name}
        </button>
      )}
      {rest.map((name) => (
        <button
          key={name}
          type="button"
          class={name === 'erase' ? 'danger-quiet' : undefined}
          onClick={() => start(name)}
        >
          {texts[name].name}
        </button>
      ))}
      {first === 'activate' && <ApiCall call={decisionOn([customer.id], 'activate')} />}
      {open === 'decline' && (
        <ActionDialog
          {...common}
          title={t.declineOne(nameOf(customer))}
          confirm={texts.decline.name}
          reason="required"
          danger
          call={(reason) => decisionOn([customer.id], 'decline', reason)}
          onDone={([result]) => {
            if (result && result.code >= 400) announce(result.message ?? t.failure.unknown(result.code));
            else done(t.waiting.declined(1, nameOf(customer)));
          }}
        >
          <p>{texts.decline.text}</p>
        </ActionDialog>
      )}
      {(open === 'hold' || open === 'release' || open === 'deactivate') && (
        <ActionDialog
          {...common}
          title={`${texts[open].name}: ${nameOf(customer)}`}
          confirm={texts[open].name}
          reason={open === 'release' ? undefined : 'required'}
          danger={open !== 'release'}
          call={(reason): Call =>
            (client) =>
              updateCustomer({
                client,
                path,
                body: open === 'deactivate' ? { active: false, reason } : { onHold: open === 'hold', reason },
              })
            }
          onDone={() => done(texts[open].done)}
        >
          <p>{texts[open].text}</p>
        </ActionDialog>
      )}
      {open === 'unlock' && (
        <ActionDialog
          {...common}
          title={texts.unlock.name}
          confirm={texts.unlock.name}
          call={() => (client) => unlockCustomer({ client, path })}
          onDone={() => done(texts.unlock.done)}
        >
          <p>{texts.unlock.text}</p>
        </ActionDialog>
      )}
      {open === 'act' && (
        <ActionDialog
          {...common}
          title={`${texts.act.name}: ${nameOf(customer)}`}
          confirm={texts.act.confirm}
          reason="required"
          call={(reason) => (client) =>
            startAssistedBuying({ client, path: { tenant }, body: { customerNumber: customer.id, reason } })
          }
          onDone={({ accessToken }) => {
            close();
            setToken(accessToken);
            onChanged();
          }}
        >
          <p>{texts.act.text}</p>
        </ActionDialog>
      )}
      {open === 'erase' && (
        <ActionDialog
          {...common}
          title={`${texts.erase.name}: ${nameOf(customer)}`}
          confirm={texts.erase.name}
          danger
          mustEqual={{ label: texts.erase.label(email), text: email }}
          call={() => (client) => eraseCustomer({ client, path })}
          onDone={() => {
            announce(texts.erase.done);
            route(`${base}/customers`);
          }}
        >
          <p>{texts.erase.text}</p>
        </ActionDialog>
      )}
      {token !== undefined && <TokenDialog token={token} link={actForLink} onClose={() => setToken(undefined)} />}
    </div>
  );
}

/** @param link the page of the shop that accepts the token, with the placeholder `{token}` */
function TokenDialog({
  token,
  link,
  onClose,
}: {
  token: string;
  link: string | undefined;
  onClose: () => void;
}): preact.JSX.Element {
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(token);
    announce(t.copied);
  };
  return (
    <Dialog title={t.customer.token.title} onClose={onClose}>
      <p>{t.customer.token.text}</p>
      {link && <p>{t.customer.token.openHint}</p>}
      <textarea class="token" readOnly rows={5} aria-label={t.customer.token.title} value={token} />
      <div class="buttons">
        {link && (
          <a
            class="button primary"
            href={link.replace('{token}', encodeURIComponent(token))}
            target="_blank"
            rel="noopener noreferrer"
            onClick={onClose}
          >
            {t.customer.token.open}
          </a>
        )}
        <button type="button" class={link ? undefined : 'primary'} onClick={() => void copy()}>
          {t.copy}
        </button>
        <button type="button" onClick={onClose}>
          {t.close}
        </button>
      </div>
    </Dialog>
  );
}
