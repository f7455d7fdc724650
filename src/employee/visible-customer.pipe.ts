import { Injectable, PipeTransform } from '@nestjs/common';
import { CustomersService } from '../customers/customers.service.js';

/** Accepts a customer number if the customer exists and is visible to the caller. */
@Injectable()
export class VisibleCustomerPipe implements PipeTransform<string, Promise<string>> {
  constructor(private readonly customers: CustomersService) {}

  /** @throws Failure `customer_not_found` */
  async transform(customerNumber: string): Promise<string> {
    await this.customers.assertVisible(customerNumber);
    return customerNumber;
  }
}
