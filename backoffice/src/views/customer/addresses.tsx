import { useState } from 'preact/hooks';
import {
  createCustomerAddress,
  deleteCustomerAddress,
  updateCustomerAddress,
} from '../../../../clients/typescript/src/emporix/sdk.gen.ts';
import type { AddressDto } from '../../../../clients/typescript/src/emporix/types.gen.ts';
import { type Call, dataOf } from '../../api/calls.ts';
import { type ApiFailure, toFailure } from '../../api/failure.ts';
import { tenant } from '../../api/session.ts';
import { formatCountry, formatFailure } from '../../format.ts';
import { ActionDialog, ApiCall, Dialog, DialogButtons } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Alert, Empty } from '../../parts/states.tsx';
import { announce } from '../../parts/toast.tsx';
import { t } from '../../texts/index.ts';
import { scope, useCan } from '../../user.tsx';
import type { CustomerProps } from '../customer.tsx';

const FIELDS = [
  ...['contactName', 'companyName', 'street', 'streetNumber', 'streetAppendix', 'extraLine1', 'extraLine2'],
  ...['extraLine3', 'extraLine4', 'zipCode', 'city', 'state', 'country', 'contactPhone'],
] as (keyof typeof t.addresses.fields)[];

/** The addresses of the customer, which employees may add, change and delete. */
export function Addresses({ customer, onChanged }: CustomerProps): preact.JSX.Element {
  const { id, addresses = [] } = customer;
  const mayManage = useCan()(scope.manage);
  /** The address in the dialog; `new` for one that is added. */
  const [edited, setEdited] = useState<AddressDto | 'new'>();
  const [removed, setRemoved] = useState<AddressDto>();
  const done = (message: string): void => {
    setEdited(undefined);
    setRemoved(undefined);
    announce(message);
    onChanged();
  };
  return (
    <section class="card" aria-labelledby="addresses">
      <h2 id="addresses">{t.customer.addresses}</h2>
      {addresses.length === 0 ? (
        <Empty>{t.customer.noAddresses}</Empty>
      ) : (
        <ul class="plain-list grid">
          {addresses.map((address) => (
            <li key={address.id}>
              <address>
                {linesOf(address).map((line) => (
                  <span key={line}>{line}</span>
                ))}
              </address>
              <span class="badges">
                {address.isDefault && <span class="badge good">{t.customer.defaultAddress}</span>}
                {address.tags.map((tag) => (
                  <span key={tag} class="badge">
                    {tag}
                  </span>
                ))}
              </span>
              {mayManage && (
                <div class="buttons">
                  <button
                    type="button"
                    aria-label={`${t.edit}: ${titleOf(address)}`}
                    onClick={() => setEdited(address)}
                  >
                    {t.edit}
                  </button>
                  <button
                    type="button"
                    aria-label={`${t.remove}: ${titleOf(address)}`}
                    onClick={() => setRemoved(address)}
                  >
                    {t.remove}
                  </button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
      {mayManage && (
        <div class="buttons">
          <button type="button" onClick={() => setEdited('new')}>
            {t.addresses.add}
          </button>
        </div>
      )}
      {edited && (
        <AddressDialog
          number={id}
          address={edited === 'new' ? undefined : edited}
          onSaved={() => done(t.saved)}
          onClose={() => setEdited(undefined)}
        />
      )}
      {removed && (
        <ActionDialog
          title={t.addresses.removeTitle}
          confirm={t.remove}
          danger
          call={(): Call => (client) =>
            deleteCustomerAddress({ client, path: { tenant, customerNumber: id, addressId: removed.id } })
          }
          onDone={() => done(t.done)}
          onClose={() => setRemoved(undefined)}
        >
          <p class="quote">{linesOf(removed).join(', ')}</p>
        </ActionDialog>
      )}
    </section>
  );
}

/** Adds an address, or changes the fields that differ from those of `address`. */
function AddressDialog({
  number,
  address,
  onSaved,
  onClose,
}: {
  number: string;
  address: AddressDto | undefined;
  onSaved: () => void;
  onClose: () => void;
}): preact.JSX.Element {
  const before = Object.fromEntries(FIELDS.map((name) => [name, address?.[name] ?? '']));
  const [values, setValues] = useState(before);
  const [isDefault, setDefault] = useState(address?.isDefault ?? false);
  const [failure, setFailure] = useState<ApiFailure>();
  const changed = FIELDS.filter((name) => values[name] !== before[name]);
  const changes = {
    ...Object.fromEntries(changed.map((name) => [name, values[name]?.trim() || null])),
    ...(isDefault !== (address?.isDefault ?? false) && { isDefault }),
  };
  const call: Call = (client) =>
    address
      ? updateCustomerAddress({
          client,
          path: { tenant, customerNumber: number, addressId: address.id },
          body: { ...changes, metadata: { version: address.metadata.version } },
        })
      : createCustomerAddress({
          client,
          path: { tenant, customerNumber: number },
          body: { ...changes, contactName: values.contactName?.trim() ?? '' },
        });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setFailure(undefined);
    try {
      await dataOf(call());
      onSaved();
    } catch (error) {
      setFailure(toFailure(error));
    }
  };
  return (
    <Dialog title={address ? `${t.edit}: ${titleOf(address)}` : t.addresses.add} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        {failure && <Alert>{failure.status === 409 ? t.addresses.conflict : formatFailure(failure)}</Alert>}
        <div class="grid">
          {FIELDS.map((name) => (
            <Field
              key={name}
              label={t.addresses.fields[name]}
              value={values[name] ?? ''}
              onChange={(value) => setValues((current) => ({ ...current, [name]: value }))}
              error={failure?.fields[name]}
              required={name === 'contactName' && !address}
              hint={name === 'country' ? t.addresses.countryHint : undefined}
            />
          ))}
        </div>
        <div class="field check">
          <input
            id="address-default"
            type="checkbox"
            checked={isDefault}
            onChange={({ currentTarget }) => setDefault(currentTarget.checked)}
          />
          <label for="address-default">{t.addresses.isDefault}</label>
        </div>
        <ApiCall key={JSON.stringify(changes)} call={call} />
        <DialogButtons submit={t.save} disabled={Object.keys(changes).length === 0} onClose={onClose} />
      </form>
    </Dialog>
  );
}

/** A few words that distinguish an address from the others. */
function titleOf(address: AddressDto): string {
  return linesOf(address)[0] ?? address.id;
}

function linesOf(address: AddressDto): string[] {
  const { contactName, companyName, street, streetNumber, streetAppendix, zipCode, city, state, country } = address;
  const { extraLine1, extraLine2, extraLine3, extraLine4, contactPhone } = address;
  const join = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(' ');
  return [
    ...[contactName, companyName, join(street, streetNumber, streetAppendix)],
    ...[extraLine1, extraLine2, extraLine3, extraLine4],
    ...[join(zipCode, city), state, formatCountry(country), contactPhone],
  ].filter((line): line is string => Boolean(line));
}
