import { useEffect, useState } from 'preact/hooks';
import { getCustomer, updateCustomer } from '../../../../clients/typescript/src/emporix/sdk.gen.ts';
import { type Call, dataOf } from '../../api/calls.ts';
import { type ApiFailure, toFailure } from '../../api/failure.ts';
import type { CustomerDto } from '../../../../clients/typescript/src/emporix/types.gen.ts';
import { tenant } from '../../api/session.ts';
import { formatFailure } from '../../format.ts';
import { ApiCall } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Alert } from '../../parts/states.tsx';
import { announce } from '../../parts/toast.tsx';
import { t } from '../../texts/index.ts';
import { scope, useCan } from '../../user.tsx';
import type { CustomerProps } from '../customer.tsx';

const FIELDS = [
  'title',
  'firstName',
  'middleName',
  'lastName',
  'contactEmail',
  'contactPhone',
  'company',
  'preferredLanguage',
  'preferredCurrency',
  'preferredSite',
  'restriction',
] as const;
type FieldName = (typeof FIELDS)[number];
type Values = Record<FieldName, string>;

function valuesOf(customer: CustomerDto): Values {
  return Object.fromEntries(FIELDS.map((name) => [name, customer[name] ?? ''])) as Values;
}

/** The fields of `next` that differ from `before`. */
function changesOf(before: Values, next: Values): Partial<Record<FieldName, string | null>> {
  return Object.fromEntries(
    FIELDS.filter((name) => before[name] !== next[name]).map((name) => [name, next[name].trim() || null]),
  );
}

/** The profile as a form. If another person has saved meanwhile, it shows the difference instead of overwriting. */
export function Profile({ customer, onChanged }: CustomerProps): preact.JSX.Element {
  const mayManage = useCan()(scope.manage);
  const [base, setBase] = useState(customer);
  const [values, setValues] = useState(() => valuesOf(customer));
  const [failure, setFailure] = useState<ApiFailure>();
  const [theirs, setTheirs] = useState<CustomerDto>();
  const before = valuesOf(base);
  const changes = changesOf(before, values);
  const isChanged = Object.keys(changes).length > 0;

  // A form without changes follows the customer.
  useEffect(() => {
    if (isChanged) return;
    setBase(customer);
    setValues(valuesOf(customer));
  }, [customer]);

  const path = { tenant, customerNumber: customer.id };
  const callFor =
    (version: number | undefined): Call =>
    (client) =>
      updateCustomer({ client, path, body: { ...changes, metadata: { version } } });
  const save = async (version: number | undefined): Promise<void> => {
    setFailure(undefined);
    try {
      await dataOf(callFor(version)());
      const saved = await dataOf(getCustomer({ path, query: { expand: 'addresses' } }));
      setTheirs(undefined);
      setBase(saved);
      setValues(valuesOf(saved));
      announce(t.saved);
      onChanged();
    } catch (error) {
      const problem = toFailure(error);
      if (problem.status === 409) {
        const current = await dataOf(getCustomer({ path, query: { expand: 'addresses' } })).catch(() => undefined);
        if (current && current.metadata?.version !== base.metadata?.version) return setTheirs(current);
      }
      setFailure(problem);
    }
  };
  const takeTheirs = (): void => {
    if (!theirs) return;
    setBase(theirs);
    setValues(valuesOf(theirs));
    setTheirs(undefined);
    onChanged();
  };

  return (
    <section class="card" aria-labelledby="profile">
      <h2 id="profile">{t.customer.profile}</h2>
      {theirs && (
        <Conflict
          before={before}
          mine={values}
          theirs={valuesOf(theirs)}
          onMine={() => void save(theirs.metadata?.version)}
          onTheirs={takeTheirs}
        />
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save(base.metadata?.version);
        }}
      >
        {failure && <Alert>{formatFailure(failure)}</Alert>}
        <div class="grid">
          {FIELDS.map((name) => (
            <Field
              key={name}
              label={t.customer.fields[name]}
              value={values[name]}
              onChange={(value) => setValues((current) => ({ ...current, [name]: value }))}
              error={failure?.fields[name]}
              disabled={!mayManage}
            />
          ))}
        </div>
        {mayManage && (
          <>
            {isChanged && <ApiCall key={JSON.stringify(changes)} call={callFor(base.metadata?.version)} />}
            <div class="buttons">
              <button type="submit" class="primary" disabled={!isChanged || theirs !== undefined}>
                {t.save}
              </button>
              {isChanged && (
                <button type="button" onClick={() => setValues(before)}>
                  {t.discard}
                </button>
              )}
            </div>
          </>
        )}
      </form>
    </section>
  );
}

/** What differs between the employee's changes and those of another person. */
function Conflict({
  before,
  mine,
  theirs,
  onMine,
  onTheirs,
}: {
  before: Values;
  mine: Values;
  theirs: Values;
  onMine: () => void;
  onTheirs: () => void;
}): preact.JSX.Element {
  const names = FIELDS.filter((name) => before[name] !== mine[name] || before[name] !== theirs[name]);
  return (
    <div class="notice notice-warn" role="alert">
      <p>{t.customer.conflict.text}</p>
      <div class="table plain">
        <table>
          <thead>
            <tr>
              <th scope="col">{t.customer.conflict.field}</th>
              <th scope="col">{t.customer.conflict.mine}</th>
              <th scope="col">{t.customer.conflict.theirs}</th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => (
              <tr key={name}>
                <th scope="row">{t.customer.fields[name]}</th>
                <td data-label={t.customer.conflict.mine}>{mine[name] || '–'}</td>
                <td data-label={t.customer.conflict.theirs}>{theirs[name] || '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="buttons">
        <button type="button" class="primary" onClick={onTheirs}>
          {t.customer.conflict.takeTheirs}
        </button>
        <button type="button" onClick={onMine}>
          {t.customer.conflict.saveMine}
        </button>
      </div>
    </div>
  );
}
