import { Body, Controller, Get, Patch, Put, Query } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Expand } from '../common/expand.js';
import { Access, CalledBy, Loaded } from '../sessions/access.js';
import { CustomersService } from './customers.service.js';
import { ExpandQueryDto, ProfileChangesDto, ProfileDto, anonymousProfile, changesOf } from './profile.dto.js';
import { Profile, ownProfile } from './profile.js';

@ApiTags('customers')
@Access('customer')
@Controller('customer/:tenant/me')
export class MeController {
  constructor(private readonly customers: CustomersService) {}

  /** The caller's profile; a visitor who has not logged in gets an anonymous one. */
  @Get()
  @Access(['customer', 'anonymous'], {
    load: ({ query }: FastifyRequest) => ownProfile(new Expand((query as ExpandQueryDto).expand)),
  })
  get(@Loaded() found: Profile | null, @Query() { expand }: ExpandQueryDto): ProfileDto {
    return found ? ProfileDto.of(found, new Expand(expand)) : anonymousProfile;
  }

  /** Changes the caller's profile: what is not sent stays, null removes. */
  @Patch()
  @ApiBody({ type: ProfileChangesDto, examples: { profile: { value: { firstName: 'John', lastName: 'Doe' } } } })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiConflictResponse({ description: 'metadata.version is stale.', type: ErrorMessageDto })
  async change(@CalledBy('id') customerId: string, @Body() body: ProfileChangesDto): Promise<void> {
    await this.customers.change(customerId, changesOf(body), body.metadata?.version);
  }

  /** The same as PATCH: what is not sent stays. */
  @Put()
  @ApiBody({ type: ProfileChangesDto, examples: { profile: { value: { firstName: 'John', lastName: 'Doe' } } } })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiConflictResponse({ description: 'metadata.version is stale.', type: ErrorMessageDto })
  async replace(@CalledBy('id') customerId: string, @Body() body: ProfileChangesDto): Promise<void> {
    await this.change(customerId, body);
  }
}
