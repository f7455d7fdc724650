import { Injectable } from '@nestjs/common';
import type { AddressRow } from '../addresses/address-book.js';
import { type AddressChanges, type AddressConditions, AddressesService } from '../addresses/addresses.service.js';
import { CustomersService } from '../customers/customers.service.js';
import type { Reach } from '../tenants/reach.js';

/**
 * Address books of customers, for employees and services. All methods throw Failure `customer_not_found` for a customer
 * that is not within reach, and otherwise the failures of the same method of `AddressesService`.
 */
@Injectable()
export class CustomerAddressesService {
  constructor(
    private readonly customers: CustomersService,
    private readonly addresses: AddressesService,
  ) {}

  /** Lists the addresses of a customer, oldest first. */
  async list(customerId: string, reach: Reach): Promise<AddressRow[]> {
    await this.customers.assertVisible(customerId, reach);
    return this.addresses.list(customerId);
  }

  /** Returns an address of a customer. */
  async get(customerId: string, id: string, reach: Reach): Promise<AddressRow> {
    await this.customers.assertVisible(customerId, reach);
    return this.addresses.get(customerId, id);
  }

  /** @param id generated if omitted. @returns the id of the new address */
  async add(customerId: string, input: AddressChanges, reach: Reach, id?: string): Promise<string> {
    await this.customers.assertVisible(customerId, reach);
    return this.addresses.add(customerId, input, { id });
  }

  /** Updates the address with this id, or adds it. @returns whether the address was added */
  async put(
    customerId: string,
    id: string,
    input: AddressChanges,
    reach: Reach,
    conditions: AddressConditions,
  ): Promise<boolean> {
    await this.customers.assertVisible(customerId, reach);
    return this.addresses.put(customerId, id, input, { ...conditions, codesOnly: true });
  }

  /** Updates the given fields. Omitted fields are unchanged. */
  async change(
    customerId: string,
    id: string,
    changes: AddressChanges,
    reach: Reach,
    conditions: AddressConditions,
  ): Promise<void> {
    await this.customers.assertVisible(customerId, reach);
    await this.addresses.change(customerId, id, changes, { ...conditions, codesOnly: true });
  }

  /** Deletes an address. */
  async remove(customerId: string, id: string, reach: Reach): Promise<void> {
    await this.customers.assertVisible(customerId, reach);
    await this.addresses.remove(customerId, id);
  }

  /** Adds tags to an address. Existing tags are unchanged. */
  async addTags(customerId: string, id: string, tags: string[], reach: Reach): Promise<void> {
    await this.customers.assertVisible(customerId, reach);
    await this.addresses.addTags(customerId, id, tags);
  }

  /** Removes tags from an address. Tags that the address does not have are ignored. */
  async removeTags(customerId: string, id: string, tags: string[], reach: Reach): Promise<void> {
    await this.customers.assertVisible(customerId, reach);
    await this.addresses.removeTags(customerId, id, tags);
  }
}
