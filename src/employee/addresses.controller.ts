import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Res } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AddressDto, TagsQueryDto, UpdateAddressDto, changesOf, tagsOf } from '../addresses/address.dto.js';
import { AddressesService } from '../addresses/addresses.service.js';
import { customId } from '../common/custom-id.js';
import { CreatedDto } from '../common/created.dto.js';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Access } from '../sessions/access.js';
import { StaffAddressDto } from './addresses.dto.js';
import { InReach } from './reach.pipe.js';

const reads = { scopes: ['customer.customer_read'] };
const manages = { scopes: ['customer.customer_manage'] };

@ApiTags('employee')
@ApiNotFoundResponse({ description: 'No such customer, or no such address of it.', type: ErrorMessageDto })
@Controller('customer/:tenant/customers/:customerNumber/addresses')
export class CustomerAddressesController {
  constructor(private readonly addresses: AddressesService) {}

  /** A customer's address book, oldest first. */
  @Get()
  @Access('staff', reads)
  async list(@Param('customerNumber', InReach) customerId: string): Promise<AddressDto[]> {
    const rows = await this.addresses.list(customerId);
    return rows.map((row) => AddressDto.of(row));
  }

  /** Adds an address; the first one becomes the default. */
  @Post()
  @Access('staff', manages)
  @ApiConflictResponse({ description: 'The address id is taken.', type: ErrorMessageDto })
  async add(
    @Param('customerNumber', InReach) customerId: string,
    @Body() { id, ...body }: StaffAddressDto,
  ): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.addresses.add(customerId, changesOf(body), { id }) });
  }

  /** One address. */
  @Get(':addressId')
  @Access('staff', reads)
  async get(
    @Param('customerNumber', InReach) customerId: string,
    @Param('addressId') addressId: string,
  ): Promise<AddressDto> {
    return AddressDto.of(await this.addresses.get(customerId, addressId));
  }

  /** Changes the address of that id, as PATCH does, or adds it; then `contactName` is needed. */
  @Put(':addressId')
  @HttpCode(204)
  @Access('staff', manages)
  @ApiCreatedResponse({ description: 'Added.', type: CreatedDto })
  @ApiNoContentResponse({ description: 'Changed.' })
  @ApiConflictResponse({ description: 'metadata.version is stale; the address id is taken.', type: ErrorMessageDto })
  async put(
    @Param('customerNumber', InReach) customerId: string,
    @Param('addressId') addressId: string,
    @Body() body: UpdateAddressDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedDto | undefined> {
    const id = customId('addressId', addressId);
    const added = await this.addresses.put(customerId, id, changesOf(body), body.metadata?.version);
    if (!added) return undefined;
    void reply.status(201);
    return CreatedDto.of({ id });
  }

  /** Changes an address: what is not sent stays, null removes. */
  @Patch(':addressId')
  @Access('staff', manages)
  @ApiConflictResponse({ description: 'metadata.version is stale.', type: ErrorMessageDto })
  async change(
    @Param('customerNumber', InReach) customerId: string,
    @Param('addressId') addressId: string,
    @Body() body: UpdateAddressDto,
  ): Promise<void> {
    await this.addresses.change(customerId, addressId, changesOf(body), body.metadata?.version);
  }

  /** Removes an address. */
  @Delete(':addressId')
  @HttpCode(204)
  @Access('staff', manages)
  async remove(
    @Param('customerNumber', InReach) customerId: string,
    @Param('addressId') addressId: string,
  ): Promise<void> {
    await this.addresses.remove(customerId, addressId);
  }

  /** Adds tags to an address. */
  @Post(':addressId/tags')
  @HttpCode(204)
  @Access('staff', manages)
  async addTags(
    @Param('customerNumber', InReach) customerId: string,
    @Param('addressId') addressId: string,
    @Query() query: TagsQueryDto,
  ): Promise<void> {
    await this.addresses.addTags(customerId, addressId, tagsOf(query));
  }

  /** Removes tags from an address. */
  @Delete(':addressId/tags')
  @HttpCode(204)
  @Access('staff', manages)
  async removeTags(
    @Param('customerNumber', InReach) customerId: string,
    @Param('addressId') addressId: string,
    @Query() query: TagsQueryDto,
  ): Promise<void> {
    await this.addresses.removeTags(customerId, addressId, tagsOf(query));
  }
}
