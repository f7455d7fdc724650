import { decisionOn } from '../customers.ts';
import { useState } from 'preact/hooks';
import type { CustomerDto } from '../../../clients/typescript/src/emporix/types.gen.ts';
import { nameOf } from '../format.ts';
import { t } from '../texts/index.ts';
import { ApiCall, Dialog, DialogButtons, ReasonField } from './dialog.tsx';

/** Asks why customers are declined. The row disappears when the dialog closes, so it does not wait for the response. */
export function DeclineDialog({
  customers,
  onDecline,
  onClose,
}: {
  customers: CustomerDto[];
  onDecline: (reason: string | undefined) => void;
  onClose: () => void;
}): preact.JSX.Element {
  const [reason, setReason] = useState('');
  const [first] = customers;
  const numbers = customers.map((customer) => customer.id);
  const title = customers.length === 1 && first ? t.declineOne(nameOf(first)) : t.declineMany(customers.length);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onDecline(reason.trim() || undefined);
        }}
      >
        <p>{t.declineText}</p>
        <ReasonField value={reason} onChange={setReason} required />
        <ApiCall call={decisionOn(numbers, 'decline', reason)} key={reason} />
        <DialogButtons submit={t.decline} danger onClose={onClose} />
      </form>
    </Dialog>
  );
}
