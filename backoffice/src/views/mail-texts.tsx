import { useRoute } from 'preact-iso';
import { useState } from 'preact/hooks';
import {
  deleteMailText,
  getMailText,
  listMailTexts,
  previewMail,
  putMailText,
  sendTestMail,
} from '../../../clients/typescript/src/emporix/sdk.gen.ts';
import type {
  ListedMailTextDto,
  MailTextDto,
  StoredMailTextDto,
} from '../../../clients/typescript/src/emporix/types.gen.ts';
import { type Call, dataOf } from '../api/calls.ts';
import { type ApiFailure, toFailure } from '../api/failure.ts';
import { tenant } from '../api/session.ts';
import { formatFailure, formatLanguage } from '../format.ts';
import { useDebounced, useLoaded, useTitle } from '../hooks.ts';
import { base } from '../links.ts';
import { ActionDialog, ApiCall } from '../parts/dialog.tsx';
import { Field } from '../parts/field.tsx';
import { MailFrame } from '../parts/mail-frame.tsx';
import { mailName } from '../parts/mail-state.tsx';
import { Alert, Show } from '../parts/states.tsx';
import { announce } from '../parts/toast.tsx';
import { t } from '../texts/index.ts';

/** The texts of all mails, by kind and language. */
export function MailTexts(): preact.JSX.Element {
  const texts = useLoaded<ListedMailTextDto[]>('texts', () => dataOf(listMailTexts({ path: { tenant } })));
  useTitle(t.nav.mails);
  return (
    <>
      <h1>{t.nav.mails}</h1>
      <p class="hint">{t.mailTexts.text}</p>
      <Show loaded={texts}>
        {(rows) => (
          <section class="card">
            <ul class="rows">
              {kindsOf(rows).map((kind) => (
                <li key={kind}>
                  <span>{mailName(kind)}</span>
                  <span class="badges">
                    {rows
                      .filter((row) => row.kind === kind)
                      .map(({ language, source }) => (
                        <a
                          key={language}
                          class={source === 'own' ? 'badge good' : 'badge'}
                          href={`${base}/mails/${kind}/${language}`}
                        >
                          <span class="unseen">{mailName(kind)}: </span>
                          {formatLanguage(language)}
                          {source === 'own' && <span class="unseen"> ({t.mailTexts.sources.own})</span>}
                        </a>
                      ))}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </Show>
    </>
  );
}

/** The kinds of the texts, sorted by their names. */
function kindsOf(texts: ListedMailTextDto[]): string[] {
  return [...new Set(texts.map(({ kind }) => kind))].sort((one, other) => mailName(one).localeCompare(mailName(other)));
}

/** One text, with a preview that is updated while the employee types. */
export function MailTextEditor(): preact.JSX.Element {
  const { kind = '', language = '' } = useRoute().params;
  const path = { tenant, kind, language };
  const stored = useLoaded<StoredMailTextDto>(`${kind} ${language}`, () => dataOf(getMailText({ path })));
  useTitle(mailName(kind));
  return (
    <>
      <p class="crumbs">
        <a href={`${base}/mails`}>{t.nav.mails}</a>
      </p>
      <h1>
        {mailName(kind)} <span class="badge">{formatLanguage(language)}</span>
      </h1>
      <Show loaded={stored} missing={t.mailTexts.missing}>
        {(text) => <Editor key={text.metadata.version} path={path} text={text} onSaved={stored.reload} />}
      </Show>
    </>
  );
}

interface TextPath {
  tenant: string;
  kind: string;
  language: string;
}

interface Draft {
  subject: string;
  preheader: string;
  paragraphs: string;
  button: string;
  notes: string;
}

/** Whether the greeting depends on the first name, which mails to an unconfirmed address do not contain. */
const usesName = (text: MailTextDto): boolean => /\bfirstName\b/.test(JSON.stringify(text));

const joinParagraphs = (paragraphs: string[]): string => paragraphs.join('\n\n');
const splitParagraphs = (text: string): string[] => text.split(/\n\s*\n/).flatMap((part) => part.trim() || []);

function textOf({ subject, preheader, paragraphs, button, notes }: Draft): MailTextDto {
  return {
    subject,
    preheader,
    paragraphs: splitParagraphs(paragraphs),
    notes: splitParagraphs(notes),
    ...(button && { button }),
  };
}

function Editor({
  path,
  text,
  onSaved,
}: {
  path: TextPath;
  text: StoredMailTextDto;
  onSaved: () => void;
}): preact.JSX.Element {
  const initial: Draft = {
    subject: text.subject,
    preheader: text.preheader,
    button: text.button ?? '',
    paragraphs: joinParagraphs(text.paragraphs),
    notes: joinParagraphs(text.notes),
  };
  const [draft, setDraft] = useState(initial);
  const [failure, setFailure] = useState<ApiFailure>();
  const [isResetting, setResetting] = useState(false);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(initial);
  const body = textOf(draft);
  const call: Call = (client) =>
    putMailText({ client, path, body: { ...body, metadata: { version: text.metadata.version } } });
  const set = (changes: Partial<Draft>): void => setDraft((before) => ({ ...before, ...changes }));
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFailure(undefined);
    try {
      await dataOf(call());
      announce(t.saved);
      onSaved();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  const sendTest = async (): Promise<void> => {
    try {
      await dataOf(sendTestMail({ path }));
      announce(t.mailTexts.testSent);
    } catch (error) {
      announce(formatFailure(toFailure(error)));
    }
  };
  return (
    <div class="columns even">
      <form class="card" onSubmit={(event) => void save(event)}>
        {failure && <Alert>{failure.status === 409 ? t.mailTexts.conflict : formatFailure(failure)}</Alert>}
        <Field
          label={t.mailTexts.subject}
          value={draft.subject}
          required
          onChange={(subject) => set({ subject })}
          error={failure?.fields.subject}
        />
        <Field
          label={t.mailTexts.preheader}
          value={draft.preheader}
          onChange={(preheader) => set({ preheader })}
          error={failure?.fields.preheader}
        />
        <Paragraphs
          id="paragraphs"
          label={t.mailTexts.paragraphs}
          value={draft.paragraphs}
          onChange={(paragraphs) => set({ paragraphs })}
        />
        {text.button !== undefined && (
          <Field
            label={t.mailTexts.button}
            value={draft.button}
            required
            onChange={(button) => set({ button })}
            error={failure?.fields.button}
          />
        )}
        <Paragraphs
          id="notes"
          label={text.button === undefined ? t.mailTexts.end : t.mailTexts.notes}
          value={draft.notes}
          onChange={(notes) => set({ notes })}
        />
        {isChanged && <ApiCall key={JSON.stringify(body)} call={call} />}
        <div class="buttons">
          <button type="submit" class="primary" disabled={!isChanged}>
            {t.save}
          </button>
          <button type="button" onClick={() => void sendTest()}>
            {t.mailTexts.test}
          </button>
          {text.source === 'own' && (
            <button type="button" class="danger-quiet" onClick={() => setResetting(true)}>
              {t.mailTexts.reset}
            </button>
          )}
        </div>
      </form>
      <div>
        <Preview path={path} body={body} />
        <Variables variables={text.variables} />
      </div>
      {isResetting && (
        <ActionDialog
          title={t.mailTexts.reset}
          confirm={t.mailTexts.reset}
          danger
          call={() => (client) => deleteMailText({ client, path })}
          onDone={() => {
            setResetting(false);
            announce(t.done);
            onSaved();
          }}
          onClose={() => setResetting(false)}
        >
          <p>{t.mailTexts.resetText}</p>
        </ActionDialog>
      )}
    </div>
  );
}

/** Shows the mail as the service would send it. */
function Preview({ path, body }: { path: TextPath; body: MailTextDto }): preact.JSX.Element {
  const shown = useDebounced(JSON.stringify(body), 400);
  const preview = useLoaded(shown, () => dataOf(previewMail({ path, body: JSON.parse(shown) as MailTextDto })));
  return (
    <section class="card" aria-labelledby="preview">
      <h2 id="preview">{t.mailTexts.preview}</h2>
      <Show loaded={preview}>
        {(mail) => (
          <>
            <p>
              <strong>{mail.subject}</strong>
            </p>
            <MailFrame html={mail.html} title={t.mailTexts.preview} />
            <details>
              <summary>{t.mailTexts.plainText}</summary>
              <p class="text">{mail.text}</p>
            </details>
            {usesName(body) && <p class="hint">{t.mailTexts.nameHint}</p>}
          </>
        )}
      </Show>
    </section>
  );
}

function Variables({ variables }: Pick<StoredMailTextDto, 'variables'>): preact.JSX.Element {
  return (
    <section class="card" aria-labelledby="variables">
      <h2 id="variables">{t.mailTexts.variables}</h2>
      <dl class="facts">
        {variables.map(({ name, description }) => (
          <>
            <dt key={name}>{`{${name}}`}</dt>
            <dd>{description.replaceAll('`', '')}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

function Paragraphs({
  id,
  label,
  value,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}): preact.JSX.Element {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea id={id} rows={8} value={value} onInput={({ currentTarget }) => onChange(currentTarget.value)} />
    </div>
  );
}
