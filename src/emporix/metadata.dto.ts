import { IsInt, IsOptional } from 'class-validator';
import { MAX_SMALL_OBJECT_BYTES } from '../common/merge-patch.js';
import { HasPlainLinks, Integer, IsJsonObject, NullMeansAbsent } from '../common/validation.js';

/** Metadata that a client may send with a new resource. */
export class BasicMetadataDto {
  /**
   * The URL of each mixin's schema, by the name of the mixin. At most 8 KiB.
   * @example {"loyalty": "https://schemas.acme.example/loyalty.json"}
   */
  @IsOptional()
  @IsJsonObject(MAX_SMALL_OBJECT_BYTES)
  @HasPlainLinks()
  mixins?: Record<string, unknown>;
}

/** Metadata of a change. */
export class MetadataDto extends BasicMetadataDto {
  /**
   * The version that the change is based on. If it is no longer current, the change is rejected with 409. If omitted or
   * null, the version is not checked.
   * @example 1
   */
  @NullMeansAbsent()
  @IsInt()
  @Integer()
  version?: number;
}

/** Metadata of a response. */
export class MetadataViewDto {
  /**
   * The URL of each mixin's schema, by the name of the mixin.
   * @example {"loyalty": "https://schemas.acme.example/loyalty.json"}
   */
  mixins!: Record<string, unknown>;
  /**
   * The version, which increases with each change.
   * @example 2
   */
  @Integer()
  version!: number;
}
