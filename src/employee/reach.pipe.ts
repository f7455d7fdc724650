import { Injectable, PipeTransform } from '@nestjs/common';
import { CustomersService } from '../customers/customers.service.js';

/** Lets a customer number pass if there is such a customer within the reach of the staff who asks. */
@Injectable()
export class InReach implements PipeTransform<string, Promise<string>> {
  constructor(private readonly customers: CustomersService) {}

  /** @throws Failure `customer_not_found` */
  async transform(customerNumber: string): Promise<string> {
    await this.customers.expect(customerNumber);
    return customerNumber;
  }
}
