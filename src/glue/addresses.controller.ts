import { Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import { AddressRow, addressBook, addressIn } from '../addresses/address-book.js';
import { AddressesService, notFound } from '../addresses/addresses.service.js';
import { CalledBy, Loaded } from '../sessions/access.js';
import { LOADED_VALUE, type Load } from '../sessions/sessions.sql.js';
import { GlueAccess } from './access.js';
import {
  AddressAttributes,
  AddressChangesAttributes,
  NewAddressAttributes,
  addressOf,
  addressResource,
} from './addresses.dto.js';
import { Attributes } from './attributes.js';
import { Answers, Refuses, Takes } from './described.js';
import { own, ownReference } from './own.js';
import type { Resource } from './resource.js';

const TYPE = 'addresses';

/** The caller's reference and address book, in the query that checks the session. */
interface Book {
  reference: string;
  rows: AddressRow[];
}

const book: Load = {
  name: 'reference_addresses',
  expression: `json_build_object('reference', ${ownReference.expression}, 'rows', ${addressBook('s.tenant', 's.customer_id')})`,
};

/** The caller's reference and one address. */
interface Entry {
  reference: string;
  row: AddressRow | null;
}

const entry: Load = {
  name: 'reference_address',
  expression: `json_build_object('reference', ${ownReference.expression},
    'row', ${addressIn('s.tenant', 's.customer_id', LOADED_VALUE)})`,
};

@ApiTags('addresses')
@Refuses({ 403: 'The reference is not the caller’s (411).', 404: 'No such address (404).' })
@Controller('customers/:customerReference/addresses')
export class GlueAddressesController {
  constructor(private readonly addresses: AddressesService) {}

  /** The caller's address book, oldest first. */
  @Get()
  @GlueAccess('customer', { load: book })
  @ApiQuery({ name: 'page[limit]', required: false, schema: { type: 'integer' } })
  @ApiQuery({ name: 'page[offset]', required: false, schema: { type: 'integer' } })
  @Answers(200, TYPE, AddressAttributes, { list: true })
  list(@Param('customerReference') reference: string, @Loaded() { reference: ownOne, rows }: Book): Resource[] {
    own(reference, ownOne);
    return rows.map((row) => addressResource(reference, row));
  }

  /** Adds an address; the first one becomes the default for shipping and billing. */
  @Post()
  @GlueAccess('customer', { takes: TYPE, load: ownReference })
  @Takes(TYPE, NewAddressAttributes, {
    ...{ salutation: 'Ms', firstName: 'Ada', lastName: 'Lovelace', address1: 'Platz der Republik', address2: '1' },
    ...{ zipCode: '11011', city: 'Berlin', iso2Code: 'DE', isDefaultShipping: true, isDefaultBilling: false },
  })
  @Answers(201, TYPE, AddressAttributes)
  async add(
    @Param('customerReference') reference: string,
    @Loaded() ownOne: string,
    @CalledBy('id') customerId: string,
    @Attributes() attributes: NewAddressAttributes,
  ): Promise<Resource> {
    own(reference, ownOne);
    return this.one(reference, customerId, await this.addresses.add(customerId, addressOf(attributes)));
  }

  /** One address of the caller. */
  @Get(':addressId')
  @GlueAccess('customer', { load: ({ params }) => ({ ...entry, value: (params as { addressId: string }).addressId }) })
  @Answers(200, TYPE, AddressAttributes)
  get(
    @Param('customerReference') reference: string,
    @Param('addressId') addressId: string,
    @CalledBy('id') customerId: string,
    @Loaded() { reference: ownOne, row }: Entry,
  ): Resource {
    own(reference, ownOne);
    if (!row) throw notFound(customerId, addressId);
    return addressResource(reference, row);
  }

  /** Changes an address: what is not sent stays. */
  @Patch(':addressId')
  @GlueAccess('customer', { takes: TYPE, load: ownReference })
  @Takes(TYPE, AddressChangesAttributes, { city: 'Paris' })
  @Answers(200, TYPE, AddressAttributes)
  async change(
    @Param('customerReference') reference: string,
    @Param('addressId') addressId: string,
    @Loaded() ownOne: string,
    @CalledBy('id') customerId: string,
    @Attributes() attributes: AddressChangesAttributes,
  ): Promise<Resource> {
    own(reference, ownOne);
    await this.addresses.change(customerId, addressId, addressOf(attributes));
    return this.one(reference, customerId, addressId);
  }

  /** Removes an address. */
  @Delete(':addressId')
  @HttpCode(204)
  @GlueAccess('customer', { load: ownReference })
  async remove(
    @Param('customerReference') reference: string,
    @Param('addressId') addressId: string,
    @Loaded() ownOne: string,
    @CalledBy('id') customerId: string,
  ): Promise<void> {
    own(reference, ownOne);
    await this.addresses.remove(customerId, addressId);
  }

  private async one(reference: string, customerId: string, addressId: string): Promise<Resource> {
    return addressResource(reference, await this.addresses.get(customerId, addressId));
  }
}
