import { Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { AddressRow, addressBook, addressIn } from '../addresses/address-book.js';
import { AddressesService, addressNotFound } from '../addresses/addresses.service.js';
import { CalledBy, Projected } from '../sessions/access/access.js';
import { PROJECTION_VALUE, type SessionProjection } from '../sessions/access/session-check.sql.js';
import type { PresentedCode } from '../second-factor/factor-codes.js';
import { ApiSecondFactor, Presented } from '../second-factor/second-factor.guard.js';
import { hasSecondFactor } from '../second-factor/second-factor.sql.js';
import { GlueAccess } from './access.js';
import {
  AddressAttributes,
  AddressChangesAttributes,
  NewAddressAttributes,
  addressOf,
  addressResource,
  attributesOf,
} from './addresses.dto.js';
import { Attributes } from './attributes.js';
import { ApiErrors, ApiPage, ApiResource, ApiResourceBody, attributesInvalid, notAllowed, notOwn } from './api-docs.js';
import { assertOwnReference, type Owner, Ownership, ownReference, resourceOwner } from './ownership.js';
import type { Resource } from './resource.js';

const TYPE = 'addresses';
const notFound = 'Address not found (404).';

/** The caller's reference and address book, loaded in the query that checks the session. */
interface Book {
  reference: string;
  rows: AddressRow[];
}

const book: SessionProjection = {
  expression: `json_build_object('reference', ${ownReference.expression}, 'rows', ${addressBook('s.tenant', 's.customer_id')})`,
};

/** The caller's reference and one address. */
interface Entry {
  reference: string;
  row: AddressRow | null;
}

const entry: SessionProjection = {
  expression: `json_build_object('reference', ${ownReference.expression},
    'row', ${addressIn('s.tenant', 's.customer_id', PROJECTION_VALUE)})`,
};

/** The caller and one address, for a change of the address. */
interface OwnedEntry extends Owner {
  row: AddressRow | null;
}

const ownedEntry: SessionProjection = {
  expression: `json_build_object('reference', ${ownReference.expression},
    'hasSecondFactor', ${hasSecondFactor.expression},
    'row', ${addressIn('s.tenant', 's.customer_id', PROJECTION_VALUE)})`,
};

const idInPath = ({ params }: FastifyRequest): string => (params as { addressId: string }).addressId;

@ApiTags('addresses')
@Controller('customers/:customerReference/addresses')
export class GlueAddressesController {
  constructor(
    private readonly addresses: AddressesService,
    private readonly ownership: Ownership,
  ) {}

  /** Lists the caller's addresses, oldest first */
  @Get()
  @GlueAccess('customer', { projection: book })
  @ApiPage('addresses')
  @ApiResource(200, TYPE, AddressAttributes, { list: true })
  @ApiErrors({ 403: notOwn })
  @ApiReturns('The addresses of the caller.')
  listAddresses(
    @Param('customerReference') reference: string,
    @Projected() { reference: ownOne, rows }: Book,
  ): Resource[] {
    assertOwnReference(reference, ownOne);
    return rows.map((row) => addressResource(reference, row));
  }

  /**
   * Creates an address of the caller
   *
   * @remarks
   * The first address becomes the default for shipping and billing. A customer has at most 100 addresses.
   */
  @Post()
  @GlueAccess('customer', { takes: TYPE, projection: resourceOwner })
  @ApiSecondFactor()
  @ApiResourceBody(TYPE, NewAddressAttributes, {
    salutation: 'Ms',
    firstName: 'Ada',
    lastName: 'Lovelace',
    address1: 'Platz der Republik',
    address2: '1',
    zipCode: '11011',
    city: 'Berlin',
    iso2Code: 'DE',
    isDefaultShipping: true,
    isDefaultBilling: false,
  })
  @ApiResource(201, TYPE, AddressAttributes)
  @ApiErrors({
    403: notAllowed,
    422: 'An attribute is missing or not valid, or the customer has too many addresses (901).',
  })
  @ApiReturns('The new address.')
  async createAddress(
    @Param('customerReference') reference: string,
    @Projected() owner: Owner,
    @Presented() presented: PresentedCode,
    @CalledBy('id') customerId: string,
    @Attributes() attributes: NewAddressAttributes,
  ): Promise<Resource> {
    await this.ownership.assert(reference, owner, presented);
    return this.one(reference, customerId, await this.addresses.add(customerId, addressOf(attributes)));
  }

  /** Returns an address of the caller */
  @Get(':addressId')
  @GlueAccess('customer', {
    projection: entry,
    projectionValue: idInPath,
  })
  @ApiResource(200, TYPE, AddressAttributes)
  @ApiErrors({ 403: notOwn, 404: notFound })
  @ApiReturns('The address.')
  getAddress(
    @Param('customerReference') reference: string,
    @Param('addressId') addressId: string,
    @CalledBy('id') customerId: string,
    @Projected() { reference: ownOne, row }: Entry,
  ): Resource {
    assertOwnReference(reference, ownOne);
    if (!row) throw addressNotFound(customerId, addressId);
    return addressResource(reference, row);
  }

  /**
   * Updates an address of the caller
   *
   * @remarks
   * Omitted attributes are unchanged.
   */
  @Patch(':addressId')
  @GlueAccess('customer', { takes: TYPE, projection: ownedEntry, projectionValue: idInPath })
  @ApiSecondFactor()
  @ApiResourceBody(TYPE, AddressChangesAttributes, { city: 'Hamburg' })
  @ApiResource(200, TYPE, AddressAttributes)
  @ApiErrors({ 403: notAllowed, 404: notFound, 422: attributesInvalid })
  @ApiReturns('The updated address.')
  async updateAddress(
    @Param('customerReference') reference: string,
    @Param('addressId') addressId: string,
    @Projected() owner: Owner,
    @Presented() presented: PresentedCode,
    @CalledBy('id') customerId: string,
    @Attributes(({ row }: OwnedEntry) => (row ? attributesOf(row) : undefined)) attributes: AddressChangesAttributes,
  ): Promise<Resource> {
    await this.ownership.assert(reference, owner, presented);
    await this.addresses.change(customerId, addressId, addressOf(attributes));
    return this.one(reference, customerId, addressId);
  }

  /** Deletes an address of the caller */
  @Delete(':addressId')
  @HttpCode(204)
  @GlueAccess('customer', { projection: resourceOwner })
  @ApiSecondFactor()
  @ApiErrors({ 403: notAllowed, 404: notFound })
  @ApiReturns('The address is deleted.')
  async deleteAddress(
    @Param('customerReference') reference: string,
    @Param('addressId') addressId: string,
    @Projected() owner: Owner,
    @Presented() presented: PresentedCode,
    @CalledBy('id') customerId: string,
  ): Promise<void> {
    await this.ownership.assert(reference, owner, presented);
    await this.addresses.remove(customerId, addressId);
  }

  private async one(reference: string, customerId: string, addressId: string): Promise<Resource> {
    return addressResource(reference, await this.addresses.get(customerId, addressId));
  }
}
