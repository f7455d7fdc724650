import { applyDecorators } from '@nestjs/common';
import { OmitType } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsCustomId } from '../common/custom-id.js';
import { MAX_SMALL_OBJECT_BYTES } from '../common/merge-patch.js';
import { IsJsonObject, MayBeAbsent, Nested, Required, Text } from '../common/validation.js';
import { BasicMetadataDto, MetadataDto } from '../emporix/metadata.dto.js';
import type { LocationRow } from './companies.sql.js';
import { CompanyMetadataDto } from './company-metadata.dto.js';
import { Filter, ListQueryDto } from './list.dto.js';
import type { ContactDetails } from './location.entity.js';
import type { LocationInput } from './locations.service.js';

/** The decorators of an optional list of at most 10 texts. */
function OptionalTexts(): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    IsArray(),
    ArrayMaxSize(10),
    IsString({ each: true }),
    MaxLength(255, { each: true }),
  );
}

/** The address of a location and how to contact it. */
export class ContactDetailsDto {
  /**
   * The e-mail addresses. Their format is not checked. At most 10.
   * @example ["office@example.com"]
   */
  @OptionalTexts()
  emails?: string[];
  /**
   * The phone numbers. Their format is not checked. At most 10.
   * @example ["+49 30 5550100"]
   */
  @OptionalTexts()
  phones?: string[];
  /**
   * The first line of the address.
   * @example 'W Sample St'
   */
  @Text()
  addressLine1?: string | null;
  /**
   * The second line of the address.
   * @example 3601-3799
   */
  @Text()
  addressLine2?: string | null;
  /**
   * The city or town.
   * @example 'South Bend'
   */
  @Text()
  city?: string | null;
  /**
   * The state, province or region.
   * @example Indiana
   */
  @Text()
  state?: string | null;
  /**
   * The postal code.
   * @example "46619"
   */
  @Text()
  postcode?: string | null;
  /**
   * The country. Its format is not checked.
   * @example US
   */
  @Text()
  countryCode?: string | null;
  /**
   * The purposes of the location. The Glue API uses the first location with the tag `billing` for bills. At most 10.
   * @example ["shipping"]
   */
  @OptionalTexts()
  tags?: string[];
}

/** The properties of a location that employees set. */
export class LocationChangeDto {
  /**
   * The name of the location.
   * @example 'Main HQ'
   */
  @Text()
  name?: string | null;
  /**
   * The kind of location.
   * @example HEADQUARTER
   */
  @IsIn(['HEADQUARTER', 'WAREHOUSE', 'OFFICE'])
  type!: 'HEADQUARTER' | 'WAREHOUSE' | 'OFFICE';
  /** The address of the location and how to contact it. */
  @Required()
  @Nested(() => ContactDetailsDto)
  contactDetails!: ContactDetailsDto;
  /**
   * Custom objects by name, at most 8 KiB.
   * @example {"loyalty": {"points": 120}}
   */
  @IsOptional()
  @IsJsonObject(MAX_SMALL_OBJECT_BYTES)
  mixins?: Record<string, unknown>;
  /** The version that the change is based on, and the URLs of the schemas of the mixins. */
  @IsOptional()
  @Nested(() => MetadataDto)
  metadata?: MetadataDto;
}

export class NewLocationDto extends OmitType(LocationChangeDto, ['metadata']) {
  /**
   * The id of the location, case-sensitive; generated if omitted.
   * @example HQ-1
   */
  @MayBeAbsent()
  @IsCustomId()
  id?: string;
  /** The URLs of the schemas of the mixins. */
  @IsOptional()
  @Nested(() => BasicMetadataDto)
  metadata?: BasicMetadataDto;
}

/** Converts a request body to the input of the service. */
export function locationOf({
  name,
  type,
  contactDetails,
  mixins,
  metadata,
}: LocationChangeDto | NewLocationDto): LocationInput {
  const present = Object.entries(contactDetails).filter(([, value]) => value !== null && value !== undefined);
  const details = Object.fromEntries(present) as ContactDetails;
  return { name, type, contactDetails: details, mixins, mixinSchemas: metadata?.mixins };
}

export class LocationsQueryDto extends ListQueryDto {
  /** Selects the locations with exactly this name. */
  @Filter()
  name?: string;
  /** Selects the locations of this type. */
  @Filter('HEADQUARTER', 'WAREHOUSE', 'OFFICE')
  type?: 'HEADQUARTER' | 'WAREHOUSE' | 'OFFICE';
  /** Selects the locations with this e-mail address. */
  @Filter()
  'contactDetails.email'?: string;
  /** Selects the locations with this phone number. */
  @Filter()
  'contactDetails.phone'?: string;
  /** Selects the locations whose first or second line of the address is exactly this. */
  @Filter()
  'contactDetails.address'?: string;
  /** Selects the locations in this city. */
  @Filter()
  'contactDetails.city'?: string;
  /** Selects the locations in this state. */
  @Filter()
  'contactDetails.state'?: string;
  /** Selects the locations with this postal code. */
  @Filter()
  'contactDetails.postcode'?: string;
  /** Selects the locations in this country. */
  @Filter()
  'contactDetails.countryCode'?: string;
  /**
   * Selects the locations that match a query. Its syntax is that of `q` of `GET /customer/{tenant}/customers`. Fields:
   * `id`, `name`, `type`, `contactDetails.…` and `metadata.…`.
   * @example name:~HQ
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string;
}

/** An address of legal entities. Empty properties are omitted. */
export class LocationDto {
  /** The id of the location. */
  id!: string;
  /**
   * The name of the location.
   * @example 'Main HQ'
   */
  name?: string;
  /** The kind of location. */
  type!: 'HEADQUARTER' | 'WAREHOUSE' | 'OFFICE';
  /** The address of the location and how to contact it. */
  contactDetails!: ContactDetailsDto;
  /**
   * Custom objects by name.
   * @example {"loyalty": {"points": 120}}
   */
  mixins!: Record<string, unknown>;
  /** The version, the times of the creation and the last change, and the URLs of the schemas of the mixins. */
  metadata!: CompanyMetadataDto;

  static of(row: LocationRow): LocationDto {
    return {
      id: row.id,
      name: row.name ?? undefined,
      type: row.type,
      contactDetails: row.contact_details,
      mixins: row.mixins,
      metadata: CompanyMetadataDto.of(row),
    };
  }
}
