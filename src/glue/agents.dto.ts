import type { FoundCustomer } from '../customers/search/search.service.js';
import { RequiredText } from './rules.js';

export class ImpersonationAttributes {
  /** @example DE--21 */
  @RequiredText()
  customerReference!: string;
}

export class FoundCustomerDto {
  customerReference!: string;
  email!: string | null;
  firstName!: string | null;
  lastName!: string | null;
}

export class CustomerSearchAttributes {
  customers!: FoundCustomerDto[];

  static of(found: FoundCustomer[]): CustomerSearchAttributes {
    return {
      customers: found.map(({ reference, email, first_name, last_name }) => ({
        customerReference: reference,
        email,
        firstName: first_name,
        lastName: last_name,
      })),
    };
  }
}
