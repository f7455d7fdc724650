import { ArrayMaxSize, IsArray, IsBoolean, IsOptional, IsString, Length, Matches, MaxLength } from 'class-validator';
import { BasicMetadataDto, MetadataDto, MetadataViewDto } from '../common/metadata.dto.js';
import { LARGEST_SMALL_OBJECT } from '../common/merge-patch.js';
import { IsJsonObject, MayBeAbsent, Nested, Text } from '../common/validation.js';
import type { AddressRow } from './address-book.js';
import { type AddressChanges, MOST_TAGS } from './addresses.service.js';

class AddressLinesDto {
  /** @example John Doe */
  @Text()
  contactName?: string | null;
  /** @example Emporix */
  @Text()
  companyName?: string | null;
  /** @example Platz der Republik */
  @Text()
  street?: string | null;
  /** @example "1" */
  @Text()
  streetNumber?: string | null;
  @Text()
  streetAppendix?: string | null;
  @Text()
  extraLine1?: string | null;
  @Text()
  extraLine2?: string | null;
  @Text()
  extraLine3?: string | null;
  @Text()
  extraLine4?: string | null;
  /** @example "11011" */
  @Text()
  zipCode?: string | null;
  /** @example Berlin */
  @Text()
  city?: string | null;
  /**
   * ISO 3166-1 alpha-2; may be empty.
   * @example DE
   */
  @Text(2)
  @Matches(/^([A-Za-z]{2})?$/, { message: 'country must be two letters (ISO 3166-1 alpha-2)' })
  country?: string | null;
  /** @example Berlin */
  @Text()
  state?: string | null;
  /** @example "123456789" */
  @Text()
  contactPhone?: string | null;
  /**
   * What the address is for. Free words; `BILLING` and `SHIPPING` are common.
   * @example ["BILLING", "SHIPPING"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_TAGS)
  @IsString({ each: true })
  @MaxLength(100, { each: true })
  tags?: string[];
  /** Custom objects by name, at most 8 KiB. */
  @IsOptional()
  @IsJsonObject(LARGEST_SMALL_OBJECT)
  mixins?: Record<string, unknown>;
  /** The customer's default address; setting it takes it from the other one. */
  @MayBeAbsent()
  @IsBoolean()
  isDefault?: boolean;
}

export class NewAddressDto extends AddressLinesDto {
  @IsOptional()
  @Nested(() => BasicMetadataDto)
  metadata?: BasicMetadataDto;
}

export class UpdateAddressDto extends AddressLinesDto {
  @IsOptional()
  @Nested(() => MetadataDto)
  metadata?: MetadataDto;
}

export class AddressDto {
  id!: string;
  contactName?: string;
  companyName?: string;
  street?: string;
  streetNumber?: string;
  streetAppendix?: string;
  extraLine1?: string;
  extraLine2?: string;
  extraLine3?: string;
  extraLine4?: string;
  zipCode?: string;
  city?: string;
  country?: string;
  state?: string;
  contactPhone?: string;
  tags!: string[];
  isDefault!: boolean;
  metadata!: MetadataViewDto;
  mixins!: Record<string, unknown>;

  /** Field by field, so that a new column is never published by accident. Empty fields are left out. */
  static of(row: AddressRow): AddressDto {
    return {
      id: row.id,
      contactName: row.contact_name ?? undefined,
      companyName: row.company_name ?? undefined,
      street: row.street ?? undefined,
      streetNumber: row.street_number ?? undefined,
      streetAppendix: row.street_appendix ?? undefined,
      extraLine1: row.extra_line1 ?? undefined,
      extraLine2: row.extra_line2 ?? undefined,
      extraLine3: row.extra_line3 ?? undefined,
      extraLine4: row.extra_line4 ?? undefined,
      zipCode: row.zip_code ?? undefined,
      city: row.city ?? undefined,
      country: row.country ?? undefined,
      state: row.state ?? undefined,
      contactPhone: row.contact_phone ?? undefined,
      tags: row.tags,
      isDefault: row.is_default,
      metadata: { mixins: row.mixin_schemas, version: row.version },
      mixins: row.mixins,
    };
  }
}

export class TagsQueryDto {
  /**
   * Tags separated by commas.
   * @example BILLING,SHIPPING
   */
  @IsString()
  @Length(1, 5100)
  @Matches(/^[^,]{0,100}(,[^,]{0,100})*$/, { message: 'a tag in tags must be no longer than 100 characters' })
  tags!: string;
}

/** The tags of a query; blanks around them do not count. @returns none when there are only commas */
export function tagsOf({ tags }: TagsQueryDto): string[] {
  return tags
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean);
}

/** What a body asks the address book to keep. */
export function changesOf({ metadata, ...changes }: NewAddressDto): AddressChanges {
  return { ...changes, mixinSchemas: metadata?.mixins };
}
