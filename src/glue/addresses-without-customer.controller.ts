import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { GlueAccess } from './access.js';
import { AddressChangesAttributes, NewAddressAttributes } from './addresses.dto.js';
import { Attributes } from './attributes.js';
import { referenceMissing, unauthorized } from './glue-error.js';

const TYPE = 'addresses';
const collections = ['addresses', 'customers//addresses'];
const resources = ['addresses/:addressId', 'customers//addresses/:addressId'];

/** Rejects the addresses of a path without a customer, with the vendor's errors. */
@ApiExcludeController()
@Controller()
export class AddressesWithoutCustomerController {
  @Get(collections)
  @GlueAccess('customer')
  listAddresses(): never {
    throw referenceMissing();
  }

  @Post(collections)
  @GlueAccess('customer', { takes: TYPE })
  createAddress(@Attributes() _attributes: NewAddressAttributes): never {
    throw unauthorized();
  }

  @Get(resources)
  @GlueAccess('customer')
  getAddress(): never {
    throw unauthorized();
  }

  // Without an id of the customer, `MissingIdController` rejects PATCH and DELETE of `customers//addresses`.
  @Patch('addresses/:addressId')
  @GlueAccess('customer', { takes: TYPE })
  updateAddress(@Attributes() _attributes: AddressChangesAttributes): never {
    throw unauthorized();
  }

  @Delete('addresses/:addressId')
  @GlueAccess('customer')
  deleteAddress(): never {
    throw unauthorized();
  }
}
