import { IsBoolean } from 'class-validator';
import { Expand } from '../common/expand.js';
import { MayBeAbsent } from '../common/validation.js';
import { ProfileChangesDto, ProfileDto } from '../customers/profile.dto.js';
import type { Profile } from '../customers/profile.js';

/** What employees may change of a customer. */
export class CustomerChangesDto extends ProfileChangesDto {
  /** The customer may log in; `false` ends all tokens at once. */
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
  /** The customer is suspended; `true` ends all tokens at once. */
  @MayBeAbsent()
  @IsBoolean()
  onHold?: boolean;
}

/** A customer as employees see it. */
export class CustomerDto extends ProfileDto {
  active!: boolean;
  onHold!: boolean;

  static override of(profile: Profile, expand: Expand): CustomerDto {
    const { active, on_hold } = profile.customer;
    return { ...ProfileDto.of(profile, expand), active, onHold: on_hold };
  }
}
