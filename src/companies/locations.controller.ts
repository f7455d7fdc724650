import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
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
import { CreatedDto } from '../emporix/created.dto.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { selectFields } from '../emporix/select-fields.js';
import { Access } from '../sessions/access/access.js';
import { FieldsQueryDto, ApiListResponse, toListResponse, listPageOf } from './list.dto.js';
import { LocationChangeDto, LocationDto, LocationsQueryDto, NewLocationDto, locationOf } from './location.dto.js';
import { LocationsService } from './locations.service.js';

const READ = { scopes: ['customermanagement.location_read'] };
const MANAGE = { scopes: ['customermanagement.location_manage'] };

const contactDetails = { city: 'South Bend', countryCode: 'US' };
const examples = { headquarters: { value: { name: 'Main HQ', type: 'HEADQUARTER', contactDetails } } };

@ApiTags('companies')
@Controller('customer-management/:tenant/locations')
export class LocationsController {
  constructor(private readonly locations: LocationsService) {}

  /** Lists locations, oldest first */
  @Get()
  @Access('staff', READ)
  @ApiListResponse(LocationDto)
  async listLocations(
    @Query() { q, ...query }: LocationsQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LocationDto[]> {
    const found = await this.locations.find(listPageOf(query, q, total));
    return toListResponse(found, (row) => LocationDto.of(row), query.fields, reply);
  }

  /** Creates a location */
  @Post()
  @Access('staff', MANAGE)
  @ApiBody({ type: NewLocationDto, examples })
  @ApiConflictResponse({ description: 'The id is taken.', type: ErrorMessageDto })
  @ApiReturns('The id of the new location.')
  async createLocation(@Body() { id, ...body }: NewLocationDto): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.locations.create(locationOf(body), id) });
  }

  /** Returns a location */
  @Get(':locationId')
  @Access('staff', READ)
  @ApiNotFoundResponse({ description: 'Location not found.', type: ErrorMessageDto })
  @ApiReturns('The location. Empty properties are omitted.')
  async getLocation(@Param('locationId') id: string, @Query() { fields }: FieldsQueryDto): Promise<LocationDto> {
    return selectFields(LocationDto.of(await this.locations.get(id)), fields) as LocationDto;
  }

  /**
   * Replaces or creates a location
   *
   * @remarks
   * Omitted properties are removed. With `metadata.version`, PUT only updates.
   */
  @Put(':locationId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiBody({ type: LocationChangeDto, examples: { city: { value: { type: 'HEADQUARTER', contactDetails } } } })
  @ApiCreatedResponse({ description: 'The location is created.', type: CreatedDto })
  @ApiNoContentResponse({ description: 'The location is replaced.' })
  @ApiNotFoundResponse({
    description: 'Location not found. Returned only with `metadata.version`.',
    type: ErrorMessageDto,
  })
  @ApiConflictResponse({ description: '`metadata.version` is not the current version.', type: ErrorMessageDto })
  async upsertLocation(
    @Param('locationId') id: string,
    @Body() body: LocationChangeDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedDto | undefined> {
    if (!(await this.locations.put(id, locationOf(body), body.metadata?.version))) return undefined;
    void reply.status(201);
    return CreatedDto.of({ id });
  }

  /**
   * Deletes a location
   *
   * @remarks
   * The location is also removed from the legal entities that refer to it.
   */
  @Delete(':locationId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiNotFoundResponse({ description: 'Location not found.', type: ErrorMessageDto })
  @ApiReturns('The location is deleted.')
  async deleteLocation(@Param('locationId') id: string): Promise<void> {
    await this.locations.remove(id);
  }
}
