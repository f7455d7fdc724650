import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { CreatedDto } from '../common/created.dto.js';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Access, CalledBy, type Caller, Loaded } from '../sessions/access.js';
import { LOADED_VALUE, type Load } from '../sessions/sessions.sql.js';
import { AddressRow, addressBook, addressIn } from './address-book.js';
import { AddressDto, NewAddressDto, TagsQueryDto, UpdateAddressDto, changesOf, tagsOf } from './address.dto.js';
import { AddressesService, notFound } from './addresses.service.js';

const ownAddresses: Load = { name: 'addresses', expression: addressBook('s.tenant', 's.customer_id') };
const ownAddress = { name: 'address', expression: addressIn('s.tenant', 's.customer_id', LOADED_VALUE) };

@ApiTags('addresses')
@Access('customer')
@Controller('customer/:tenant/me/addresses')
export class AddressesController {
  constructor(private readonly addresses: AddressesService) {}

  /** The caller's address book, oldest first. */
  @Get()
  @Access('customer', { load: ownAddresses })
  list(@Loaded() rows: AddressRow[]): AddressDto[] {
    return rows.map((row) => AddressDto.of(row));
  }

  /** Adds an address to the caller's address book; the first one becomes the default. */
  @Post()
  @Access('customer', { checkedByHandler: true })
  async add(@CalledBy() { id, sessionId }: Caller, @Body() body: NewAddressDto): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.addresses.add(id, changesOf(body), { sessionId }) });
  }

  /** One address of the caller. */
  @Get(':addressId')
  @Access('customer', { load: ({ params }) => ({ ...ownAddress, value: (params as { addressId: string }).addressId }) })
  @ApiNotFoundResponse({ description: 'No such address of the caller.', type: ErrorMessageDto })
  get(
    @CalledBy('id') customerId: string,
    @Param('addressId') addressId: string,
    @Loaded() row: AddressRow | null,
  ): AddressDto {
    if (!row) throw notFound(customerId, addressId);
    return AddressDto.of(row);
  }

  /** Changes an address: what is not sent stays, null removes. */
  @Patch(':addressId')
  @ApiNotFoundResponse({ description: 'No such address of the caller.', type: ErrorMessageDto })
  async change(
    @CalledBy('id') customerId: string,
    @Param('addressId') addressId: string,
    @Body() body: UpdateAddressDto,
  ): Promise<void> {
    await this.addresses.change(customerId, addressId, changesOf(body), body.metadata?.version);
  }

  /** The same as PATCH. */
  @Put(':addressId')
  @ApiNotFoundResponse({ description: 'No such address of the caller.', type: ErrorMessageDto })
  async replace(
    @CalledBy('id') customerId: string,
    @Param('addressId') addressId: string,
    @Body() body: UpdateAddressDto,
  ): Promise<void> {
    await this.change(customerId, addressId, body);
  }

  /** Removes an address. */
  @Delete(':addressId')
  @HttpCode(204)
  @ApiNotFoundResponse({ description: 'No such address of the caller.', type: ErrorMessageDto })
  async remove(@CalledBy('id') customerId: string, @Param('addressId') addressId: string): Promise<void> {
    await this.addresses.remove(customerId, addressId);
  }

  /** Adds tags to an address. */
  @Post(':addressId/tags')
  @HttpCode(204)
  @ApiNotFoundResponse({ description: 'No such address of the caller.', type: ErrorMessageDto })
  async addTags(
    @CalledBy('id') customerId: string,
    @Param('addressId') addressId: string,
    @Query() query: TagsQueryDto,
  ): Promise<void> {
    await this.addresses.addTags(customerId, addressId, tagsOf(query));
  }

  /** Removes tags from an address. */
  @Delete(':addressId/tags')
  @HttpCode(204)
  @ApiNotFoundResponse({ description: 'No such address of the caller.', type: ErrorMessageDto })
  async removeTags(
    @CalledBy('id') customerId: string,
    @Param('addressId') addressId: string,
    @Query() query: TagsQueryDto,
  ): Promise<void> {
    await this.addresses.removeTags(customerId, addressId, tagsOf(query));
  }
}
