import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { CreatedDto } from '../emporix/created.dto.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { HasCode, SecondFactorAccess } from '../second-factor/second-factor.guard.js';
import { Access, CalledBy, type Caller, Projected } from '../sessions/access/access.js';
import { PROJECTION_VALUE, type SessionProjection } from '../sessions/access/session-check.sql.js';
import { AddressRow, addressBook, addressIn } from './address-book.js';
import {
  AddressDto,
  NewAddressDto,
  TagsQueryDto,
  UpdateAddressDto,
  changesOf,
  conditionsOf,
  tagsOf,
} from './address.dto.js';
import { AddressesService, addressNotFound } from './addresses.service.js';

const ownAddresses: SessionProjection = { expression: addressBook('s.tenant', 's.customer_id') };
const ownAddress: SessionProjection = { expression: addressIn('s.tenant', 's.customer_id', PROJECTION_VALUE) };

@ApiTags('addresses')
@Access('customer')
@Controller('customer/:tenant/me/addresses')
export class AddressesController {
  constructor(private readonly addresses: AddressesService) {}

  /** Lists the caller's addresses, oldest first */
  @Get()
  @Access('customer', { projection: ownAddresses })
  @ApiReturns('The addresses of the caller. Empty properties are omitted.')
  listAddresses(@Projected() rows: AddressRow[]): AddressDto[] {
    return rows.map((row) => AddressDto.of(row));
  }

  /**
   * Creates an address of the caller
   *
   * @remarks
   * The first address becomes the default address. A customer has at most 100 addresses.
   */
  @Post()
  @SecondFactorAccess({ sessionCheckedInQuery: true })
  @ApiReturns('The id of the new address.')
  @ApiBody({
    type: NewAddressDto,
    examples: {
      address: {
        value: {
          contactName: 'Ada Lovelace',
          street: 'Platz der Republik',
          streetNumber: '1',
          zipCode: '11011',
          city: 'Berlin',
          country: 'DE',
        },
      },
    },
  })
  async createAddress(
    @CalledBy() { id, sessionId }: Caller,
    @HasCode() secondFactorPassed: boolean,
    @Body() body: NewAddressDto,
  ): Promise<CreatedDto> {
    const check = { sessionId, secondFactorPassed };
    return CreatedDto.of({ id: await this.addresses.add(id, changesOf(body), check) });
  }

  /** Returns an address of the caller */
  @Get(':addressId')
  @Access('customer', {
    projection: ownAddress,
    projectionValue: ({ params }) => (params as { addressId: string }).addressId,
  })
  @ApiNotFoundResponse({ description: 'Address not found.', type: ErrorMessageDto })
  @ApiReturns('The address. Empty properties are omitted.')
  getAddress(
    @CalledBy('id') customerId: string,
    @Param('addressId') addressId: string,
    @Projected() row: AddressRow | null,
  ): AddressDto {
    if (!row) throw addressNotFound(customerId, addressId);
    return AddressDto.of(row);
  }

  /**
   * Updates an address of the caller
   *
   * @remarks
   * Omitted properties are unchanged; null removes a value.
   */
  @Patch(':addressId')
  @SecondFactorAccess()
  @ApiNotFoundResponse({ description: 'Address not found.', type: ErrorMessageDto })
  @ApiReturns('The address is updated.')
  @ApiBody({ type: UpdateAddressDto, examples: { city: { value: { city: 'Hamburg' } } } })
  async updateAddress(
    @CalledBy('id') customerId: string,
    @Param('addressId') addressId: string,
    @Body() body: UpdateAddressDto,
  ): Promise<void> {
    await this.addresses.change(customerId, addressId, changesOf(body), conditionsOf(body));
  }

  /** Updates an address of the caller, as PATCH does */
  @Put(':addressId')
  @SecondFactorAccess()
  @ApiNotFoundResponse({ description: 'Address not found.', type: ErrorMessageDto })
  @ApiReturns('The address is updated.')
  @ApiBody({ type: UpdateAddressDto, examples: { city: { value: { city: 'Hamburg' } } } })
  async putAddress(
    @CalledBy('id') customerId: string,
    @Param('addressId') addressId: string,
    @Body() body: UpdateAddressDto,
  ): Promise<void> {
    await this.updateAddress(customerId, addressId, body);
  }

  /**
   * Deletes an address of the caller
   *
   * @remarks
   * If the default address is deleted, the customer has none until another address is made the default.
   */
  @Delete(':addressId')
  @HttpCode(204)
  @SecondFactorAccess()
  @ApiNotFoundResponse({ description: 'Address not found.', type: ErrorMessageDto })
  @ApiReturns('The address is deleted.')
  async deleteAddress(@CalledBy('id') customerId: string, @Param('addressId') addressId: string): Promise<void> {
    await this.addresses.remove(customerId, addressId);
  }

  /**
   * Adds tags to an address
   *
   * @remarks
   * Tags that the address already has are ignored.
   */
  @Post(':addressId/tags')
  @HttpCode(204)
  @SecondFactorAccess()
  @ApiNotFoundResponse({ description: 'Address not found.', type: ErrorMessageDto })
  @ApiReturns('The address has the tags.')
  async addAddressTags(
    @CalledBy('id') customerId: string,
    @Param('addressId') addressId: string,
    @Query() query: TagsQueryDto,
  ): Promise<void> {
    await this.addresses.addTags(customerId, addressId, tagsOf(query));
  }

  /**
   * Removes tags from an address
   *
   * @remarks
   * Tags that the address does not have are ignored.
   */
  @Delete(':addressId/tags')
  @HttpCode(204)
  @SecondFactorAccess()
  @ApiNotFoundResponse({ description: 'Address not found.', type: ErrorMessageDto })
  @ApiReturns('The address does not have the tags.')
  async removeAddressTags(
    @CalledBy('id') customerId: string,
    @Param('addressId') addressId: string,
    @Query() query: TagsQueryDto,
  ): Promise<void> {
    await this.addresses.removeTags(customerId, addressId, tagsOf(query));
  }
}
