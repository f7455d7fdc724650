import { MetadataViewDto } from '../emporix/metadata.dto.js';
import type { Versioned } from './companies.sql.js';

/** Metadata of legal entities, contact assignments and locations in responses. */
export class CompanyMetadataDto extends MetadataViewDto {
  /** When the resource was created. */
  createdAt!: Date;
  /** When the resource was last changed. */
  modifiedAt!: Date;

  static of({ mixin_schemas, version, created_at, modified_at }: Versioned): CompanyMetadataDto {
    return { mixins: mixin_schemas, version, createdAt: new Date(created_at), modifiedAt: new Date(modified_at) };
  }
}
