import { MetadataViewDto } from '../emporix/metadata.dto.js';
import type { Versioned } from './companies.sql.js';

/** Metadata of legal entities, contact assignments and locations in responses. */
export class CompanyMetadataDto extends MetadataViewDto {
  /** The time of the creation. */
  createdAt!: Date;
  /** The time of the last change. */
  modifiedAt!: Date;

  static of({ mixin_schemas, version, created_at, modified_at }: Versioned): CompanyMetadataDto {
    return { mixins: mixin_schemas, version, createdAt: new Date(created_at), modifiedAt: new Date(modified_at) };
  }
}
