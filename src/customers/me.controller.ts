import { Body, Controller, Get, Patch, Put, Query } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Expand } from '../emporix/expand.js';
import { SecondFactorAccess } from '../second-factor/second-factor.guard.js';
import { Access, CalledBy, type Caller, Projected } from '../sessions/access/access.js';
import { CustomersService } from './customers.service.js';
import { ExpandQueryDto, ProfileChangesDto, ProfileDto, anonymousProfile, changesOf } from './profile.dto.js';
import { Profile, ownProfile } from './profile.js';

@ApiTags('customers')
@Access('customer')
@Controller('customer/:tenant/me')
export class MeController {
  constructor(private readonly customers: CustomersService) {}

  /**
   * Returns the caller's profile
   *
   * @remarks
   * A visitor gets an anonymous profile.
   */
  @Get()
  @Access(['customer', 'anonymous'], {
    projection: ({ query }: FastifyRequest) => ownProfile(new Expand((query as ExpandQueryDto).expand)),
  })
  @ApiReturns('The profile. Empty properties are omitted.')
  getProfile(@Projected() found: Profile | null, @Query() { expand }: ExpandQueryDto): ProfileDto {
    return found ? ProfileDto.of(found, new Expand(expand)) : anonymousProfile;
  }

  /**
   * Updates the caller's profile
   *
   * @remarks
   * Omitted properties are unchanged; null removes a value.
   */
  @Patch()
  @SecondFactorAccess()
  @ApiBody({ type: ProfileChangesDto, examples: { profile: { value: { firstName: 'Augusta' } } } })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiConflictResponse({ description: '`metadata.version` is not the current version.', type: ErrorMessageDto })
  @ApiReturns('The profile is updated.')
  async updateProfile(@CalledBy() { id, reach }: Caller, @Body() body: ProfileChangesDto): Promise<void> {
    await this.customers.change(id, changesOf(body), reach, body.metadata?.version);
  }

  /** Updates the caller's profile, as PATCH does */
  @Put()
  @SecondFactorAccess()
  @ApiBody({ type: ProfileChangesDto, examples: { profile: { value: { firstName: 'Augusta' } } } })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiConflictResponse({ description: '`metadata.version` is not the current version.', type: ErrorMessageDto })
  @ApiReturns('The profile is updated.')
  async putProfile(@CalledBy() caller: Caller, @Body() body: ProfileChangesDto): Promise<void> {
    await this.updateProfile(caller, body);
  }
}
