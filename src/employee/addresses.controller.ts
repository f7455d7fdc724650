import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { AddressDto, TagsQueryDto, changesOf, conditionsOf, tagsOf } from '../addresses/address.dto.js';
import { CreatedDto } from '../emporix/created.dto.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { CustomerAddressChangesDto, NewCustomerAddressDto } from './addresses.dto.js';
import { CustomerAddressesService } from './customer-addresses.service.js';

const reads = { scopes: ['customer.customer_read'] };
const manages = { scopes: ['customer.customer_manage'] };
const customerNotFound = { description: 'Customer not found.', type: ErrorMessageDto };
const addressNotFound = { description: 'Customer or address not found.', type: ErrorMessageDto };

@ApiTags('employee')
@Controller('customer/:tenant/customers/:customerNumber/addresses')
export class CustomerAddressesController {
  constructor(private readonly addresses: CustomerAddressesService) {}

  /** Lists the addresses of a customer, oldest first */
  @Get()
  @Access('staff', reads)
  @ApiNotFoundResponse(customerNotFound)
  @ApiReturns('The addresses. Empty properties are omitted.')
  async listCustomerAddresses(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerId: string,
  ): Promise<AddressDto[]> {
    const rows = await this.addresses.list(customerId, reach);
    return rows.map((row) => AddressDto.of(row));
  }

  /**
   * Creates a customer address
   *
   * @remarks
   * The first address becomes the default address. A customer has at most 100 addresses.
   */
  @Post()
  @Access('staff', manages)
  @ApiNotFoundResponse(customerNotFound)
  @ApiConflictResponse({ description: 'The address id is taken.', type: ErrorMessageDto })
  @ApiReturns('The id of the new address.')
  @ApiBody({
    type: NewCustomerAddressDto,
    examples: { address: { value: { contactName: 'Ada Lovelace', city: 'Berlin', country: 'DE' } } },
  })
  async createCustomerAddress(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerId: string,
    @Body() { id, ...body }: NewCustomerAddressDto,
  ): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.addresses.add(customerId, changesOf(body), reach, id) });
  }

  /** Returns a customer address */
  @Get(':addressId')
  @Access('staff', reads)
  @ApiNotFoundResponse(addressNotFound)
  @ApiReturns('The address. Empty properties are omitted.')
  async getCustomerAddress(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerId: string,
    @Param('addressId') addressId: string,
  ): Promise<AddressDto> {
    return AddressDto.of(await this.addresses.get(customerId, addressId, reach));
  }

  /**
   * Updates or creates a customer address
   *
   * @remarks
   * An existing address is updated as with PATCH. A new address requires `contactName`.
   */
  @Put(':addressId')
  @HttpCode(204)
  @Access('staff', manages)
  @ApiNotFoundResponse(customerNotFound)
  @ApiCreatedResponse({ description: 'The address is created.', type: CreatedDto })
  @ApiNoContentResponse({ description: 'The address is updated.' })
  @ApiConflictResponse({
    description: '`metadata.version` is not the current version, or the address id is taken.',
    type: ErrorMessageDto,
  })
  @ApiBody({
    type: CustomerAddressChangesDto,
    examples: { city: { value: { contactName: 'Ada Lovelace', city: 'Hamburg' } } },
  })
  async upsertCustomerAddress(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerId: string,
    @Param('addressId') id: string,
    @Body() body: CustomerAddressChangesDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedDto | undefined> {
    const added = await this.addresses.put(customerId, id, changesOf(body), reach, conditionsOf(body));
    if (!added) return undefined;
    void reply.status(201);
    return CreatedDto.of({ id });
  }

  /**
   * Updates a customer address
   *
   * @remarks
   * Omitted properties are unchanged; null removes a value.
   */
  @Patch(':addressId')
  @Access('staff', manages)
  @ApiNotFoundResponse(addressNotFound)
  @ApiConflictResponse({ description: '`metadata.version` is not the current version.', type: ErrorMessageDto })
  @ApiReturns('The address is updated.')
  @ApiBody({ type: CustomerAddressChangesDto, examples: { city: { value: { city: 'Hamburg' } } } })
  async updateCustomerAddress(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerId: string,
    @Param('addressId') addressId: string,
    @Body() body: CustomerAddressChangesDto,
  ): Promise<void> {
    await this.addresses.change(customerId, addressId, changesOf(body), reach, conditionsOf(body));
  }

  /** Deletes a customer address */
  @Delete(':addressId')
  @HttpCode(204)
  @Access('staff', manages)
  @ApiNotFoundResponse(addressNotFound)
  @ApiReturns('The address is deleted.')
  async deleteCustomerAddress(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerId: string,
    @Param('addressId') addressId: string,
  ): Promise<void> {
    await this.addresses.remove(customerId, addressId, reach);
  }

  /**
   * Adds tags to a customer address
   *
   * @remarks
   * Tags that the address already has are ignored.
   */
  @Post(':addressId/tags')
  @HttpCode(204)
  @Access('staff', manages)
  @ApiNotFoundResponse(addressNotFound)
  @ApiReturns('The address has the tags.')
  async addCustomerAddressTags(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerId: string,
    @Param('addressId') addressId: string,
    @Query() query: TagsQueryDto,
  ): Promise<void> {
    await this.addresses.addTags(customerId, addressId, tagsOf(query), reach);
  }

  /**
   * Removes tags from a customer address
   *
   * @remarks
   * Tags that the address does not have are ignored.
   */
  @Delete(':addressId/tags')
  @HttpCode(204)
  @Access('staff', manages)
  @ApiNotFoundResponse(addressNotFound)
  @ApiReturns('The address does not have the tags.')
  async removeCustomerAddressTags(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerId: string,
    @Param('addressId') addressId: string,
    @Query() query: TagsQueryDto,
  ): Promise<void> {
    await this.addresses.removeTags(customerId, addressId, tagsOf(query), reach);
  }
}
