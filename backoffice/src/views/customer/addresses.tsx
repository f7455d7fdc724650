import type { AddressDto, CustomerDto } from '../../../../clients/typescript/src/types.gen.ts';
import { formatCountry } from '../../format.ts';
import { Empty } from '../../parts/states.tsx';
import { t } from '../../texts/index.ts';

export function Addresses({ customer: { addresses = [] } }: { customer: CustomerDto }): preact.JSX.Element {
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
            </li>
          ))}
        </ul>
      )}
    </section>
  );
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
