import { IsInt, IsOptional } from 'class-validator';
import { LARGEST_SMALL_OBJECT } from './merge-patch.js';
import { Integer, IsJsonObject, MayBeAbsent } from './validation.js';

/** Metadata that a client may send with a new thing. */
export class BasicMetadataDto {
  /** The address of the schema of each mixin, by the mixin's name. At most 8 KiB. */
  @IsOptional()
  @IsJsonObject(LARGEST_SMALL_OBJECT)
  mixins?: Record<string, unknown>;
}

/** Metadata of a change. */
export class MetadataDto extends BasicMetadataDto {
  /**
   * The version that the change was made from. If it is no longer the current one, the change is refused with 409;
   * without it there is no check.
   * @example 1
   */
  @MayBeAbsent()
  @IsInt()
  @Integer()
  version?: number;
}

/** Metadata as it is shown. */
export class MetadataViewDto {
  mixins!: Record<string, unknown>;
  /**
   * Grows with each change.
   * @example 2
   */
  @Integer()
  version!: number;
}
