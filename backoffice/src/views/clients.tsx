import { useState } from 'preact/hooks';
import {
  createClient,
  createClientSecret,
  deleteClient,
  listClients,
  revokeClientSecret,
} from '../../../clients/typescript/src/emporix/sdk.gen.ts';
import type { Client } from '../../../clients/typescript/src/emporix/client/index.ts';
import type { ClientDto } from '../../../clients/typescript/src/emporix/types.gen.ts';
import { type Call, dataOf } from '../api/calls.ts';
import { type ApiFailure, toFailure } from '../api/failure.ts';
import { tenant } from '../api/session.ts';
import { formatDateTime, formatFailure } from '../format.ts';
import { useLoaded, useTitle } from '../hooks.ts';
import { ActionDialog, ApiCall, Dialog, DialogButtons } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { Alert, Show } from '../parts/states.tsx';
import { announce } from '../parts/toast.tsx';
import { t } from '../texts/index.ts';

/** An action on a client that the employee must confirm. */
interface Step {
  title: string;
  text: string;
  danger?: boolean;
  call: Call<{ secret?: string } | void>;
}

/** The clients of the API. A secret is shown once, after its creation. */
export function Clients(): preact.JSX.Element {
  const clients = useLoaded<ClientDto[]>('clients', () => dataOf(listClients({ path: { tenant } })));
  const [isAdding, setAdding] = useState(false);
  const [step, setStep] = useState<Step>();
  const [secret, setSecret] = useState<string>();
  useTitle(t.nav.clients);
  const done = (created: { secret?: string } | void): void => {
    setAdding(false);
    setStep(undefined);
    if (created?.secret) setSecret(created.secret);
    else announce(t.done);
    clients.reload();
  };
  return (
    <>
      <header class="head">
        <h1>{t.nav.clients}</h1>
        <button type="button" class="primary" onClick={() => setAdding(true)}>
          {t.clients.add}
        </button>
      </header>
      <p class="hint">{t.clients.text}</p>
      <Show loaded={clients}>
        {(rows) => rows.map((client) => <ClientCard key={client.id} client={client} onStep={setStep} />)}
      </Show>
      {isAdding && <NewClient onDone={done} onClose={() => setAdding(false)} />}
      {step && (
        <ActionDialog
          title={step.title}
          confirm={step.title}
          danger={step.danger}
          call={() => step.call}
          onDone={done}
          onClose={() => setStep(undefined)}
        >
          <p>{step.text}</p>
        </ActionDialog>
      )}
      {secret !== undefined && <SecretDialog secret={secret} onClose={() => setSecret(undefined)} />}
    </>
  );
}

function ClientCard({
  client: { id, kind, scopes, secrets, createdAt },
  onStep,
}: {
  client: ClientDto;
  onStep: (step: Step) => void;
}): preact.JSX.Element {
  return (
    <section class="card" aria-labelledby={`client-${id}`}>
      <h2 id={`client-${id}`}>
        {id} <span class="badge">{t.clients.kinds[kind]}</span>
      </h2>
      <p class="faint">{`${t.created} ${formatDateTime(createdAt)}`}</p>
      {scopes.length > 0 && (
        <details>
          <summary>{t.clients.scopes(scopes.length)}</summary>
          <p class="badges">
            {scopes.map((scope) => (
              <span key={scope} class="badge">
                {scope}
              </span>
            ))}
          </p>
        </details>
      )}
      {secrets.length > 0 && (
        <ul class="rows">
          {secrets.map((one) => (
            <li key={one.id}>
              <span class="break">
                {t.clients.secret} <span class="faint">{one.id}</span>
              </span>
              <button
                type="button"
                aria-label={`${t.clients.revoke}: ${one.id}`}
                onClick={() =>
                  onStep({
                    title: t.clients.revoke,
                    text: t.clients.revokeText,
                    danger: true,
                    call: (client?: Client) =>
                      revokeClientSecret({
                        client,
                        path: { tenant, clientId: id, secretId: one.id },
                      }),
                  })
                }
              >
                {t.clients.revoke}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="buttons">
        {kind === 'service' && (
          <button
            type="button"
            onClick={() =>
              onStep({
                title: t.clients.newSecret,
                text: t.clients.newSecretText,
                call: (client?: Client) => createClientSecret({ client, path: { tenant, clientId: id } }),
              })
            }
          >
            {t.clients.newSecret}
          </button>
        )}
        <button
          type="button"
          class="danger-quiet"
          onClick={() =>
            onStep({
              title: `${t.remove}: ${id}`,
              text: t.clients.removeText,
              danger: true,
              call: (client?: Client) => deleteClient({ client, path: { tenant, clientId: id } }),
            })
          }
        >
          {t.remove}
        </button>
      </div>
    </section>
  );
}

function SecretDialog({ secret, onClose }: { secret: string; onClose: () => void }): preact.JSX.Element {
  return (
    <Dialog title={t.clients.secret} onClose={onClose}>
      <p>{t.clients.secretText}</p>
      <textarea class="token" readOnly rows={2} aria-label={t.clients.secret} value={secret} />
      <div class="buttons">
        <button
          type="button"
          class="primary"
          onClick={() => void navigator.clipboard.writeText(secret).then(() => announce(t.copied))}
        >
          {t.copy}
        </button>
        <button type="button" onClick={onClose}>
          {t.close}
        </button>
      </div>
    </Dialog>
  );
}

function NewClient({
  onDone,
  onClose,
}: {
  onDone: (created: { secret?: string }) => void;
  onClose: () => void;
}): preact.JSX.Element {
  const [name, setName] = useState('');
  const [kind, setKind] = useState<string>('service');
  const [scopes, setScopes] = useState('');
  const [failure, setFailure] = useState<ApiFailure>();
  const body = {
    name,
    kind: kind as ClientDto['kind'],
    ...(kind === 'service' && { scopes: scopes.split(/\s+/).filter(Boolean) }),
  };
  const call: Call<{ secret?: string }> = (client) => createClient({ client, path: { tenant }, body });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      onDone(await dataOf(call()));
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <Dialog title={t.clients.add} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {failure && <Alert>{formatFailure(failure)}</Alert>}
        <Field
          label={t.name}
          value={name}
          onChange={setName}
          required
          maxLength={40}
          hint={t.clients.nameHint(tenant)}
          error={failure?.fields.name}
        />
        <Field
          label={t.clients.kind}
          value={kind}
          onChange={setKind}
          options={Object.entries(t.clients.kinds)}
          hint={t.clients.kindHint}
        />
        {kind === 'service' && (
          <Field
            label={t.clients.scopesField}
            value={scopes}
            onChange={setScopes}
            hint={t.clients.scopesHint}
            error={failure?.fields.scopes}
          />
        )}
        <ApiCall key={JSON.stringify(body)} call={call} />
        <DialogButtons submit={t.clients.add} onClose={onClose} />
      </form>
    </Dialog>
  );
}
