import type { FoundCustomer } from '../customers/search/search.service.js';
import { Unvalidated } from './validators.js';

export class AgentLoginAttributes {
  /**
   * The login e-mail of the employee, in any letter case.
   * @example staff@demo.example
   */
  @Unvalidated()
  username?: string;
  /**
   * The password.
   * @example password123
   */
  @Unvalidated()
  password?: string;
}

export class ImpersonationAttributes {
  /**
   * The reference of the customer to act for.
   * @example DE--21
   */
  @Unvalidated()
  customerReference?: string;
}

export class FoundCustomerDto {
  /** The customer reference, which is the id of the resource `customers`. */
  customerReference!: string;
  /** The login e-mail; the contact e-mail if the customer has no login e-mail. */
  email!: string | null;
  /** The first name. */
  firstName!: string | null;
  /** The last name. */
  lastName!: string | null;
}

export class CustomerSearchAttributes {
  /** The customers on this page, oldest first. */
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
