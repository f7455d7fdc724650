import {
  addCustomerNote,
  listCustomerNotes,
  removeCustomerNote,
} from '../../../../clients/typescript/src/emporix/sdk.gen.ts';
import { tenant } from '../../api/session.ts';
import { useId, useState } from 'preact/hooks';
import { type Call, dataOf } from '../../api/calls.ts';
import { toFailure } from '../../api/failure.ts';
import type { NoteDto } from '../../../../clients/typescript/src/emporix/types.gen.ts';
import { formatDateTime, formatFailure } from '../../format.ts';
import { useLoaded } from '../../hooks.ts';
import { ActionDialog } from '../../parts/dialog.tsx';
import { Alert, Empty, Show } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';
import { scope, useCan } from '../../user.tsx';

export function Notes({ number }: { number: string }): preact.JSX.Element {
  const mayManage = useCan()(scope.manage);
  const path = { tenant, customerNumber: number };
  const notes = useLoaded(`notes ${number}`, () => dataOf(listCustomerNotes({ path })));
  const [removed, setRemoved] = useState<NoteDto>();
  return (
    <section class="card" aria-labelledby="notes">
      <h2 id="notes">{t.notes.title}</h2>
      <Show loaded={notes}>
        {(rows) => (
          <>
            {mayManage && <NewNote number={number} onAdded={notes.reload} />}
            {rows.length === 0 ? (
              <Empty>{t.notes.empty}</Empty>
            ) : (
              <ul class="plain-list notes">
                {rows.map((note) => (
                  <li key={note.id}>
                    <p class="text">{note.text}</p>
                    <p class="faint">
                      {note.author.name ?? note.author.id} · {formatDateTime(note.createdAt)}{' '}
                      {mayManage && (
                        <button type="button" class="quiet" onClick={() => setRemoved(note)}>
                          {t.remove}
                        </button>
                      )}
                    </p>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Show>
      {removed && (
        <ActionDialog
          title={t.notes.removeTitle}
          confirm={t.remove}
          danger
          call={(): Call => (client) => removeCustomerNote({ client, path: { ...path, noteId: removed.id } })}
          onDone={() => {
            setRemoved(undefined);
            notes.reload();
          }}
          onClose={() => setRemoved(undefined)}
        >
          <p class="quote">{removed.text}</p>
        </ActionDialog>
      )}
    </section>
  );
}

function NewNote({ number, onAdded }: { number: string; onAdded: () => void }): preact.JSX.Element {
  const [text, setText] = useState('');
  const [failure, setFailure] = useState('');
  const id = useId();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await dataOf(addCustomerNote({ path: { tenant, customerNumber: number }, body: { text: text.trim() } }));
      setText('');
      setFailure('');
      onAdded();
    } catch (error) {
      setFailure(formatFailure(toFailure(error)));
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      {failure && <Alert>{failure}</Alert>}
      <div class="field">
        <label for={id}>{t.notes.add}</label>
        <textarea
          id={id}
          rows={3}
          maxLength={4000}
          required
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <p class="hint">{t.notes.hint}</p>
      </div>
      <button type="submit">{t.notes.save}</button>
    </form>
  );
}
