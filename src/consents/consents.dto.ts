import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsBoolean, IsString, Length, ValidateBy, ValidateNested } from 'class-validator';
import type { ConsentRow } from './consents.service.js';

export class NewConsentDto {
  /**
   * Which text.
   * @example terms
   */
  @IsString()
  @Length(1, 100)
  id!: string;
  /**
   * Which version of it.
   * @example 2026-11
   */
  @IsString()
  @Length(1, 100)
  version!: string;
  /** Whether it is accepted, or withdrawn. */
  @IsBoolean()
  accepted!: boolean;
}

export class NewConsentsDto {
  /** Each on another text; those on texts that are not named stay. */
  @ArrayUnique((consent: unknown) => (consent as Partial<NewConsentDto> | null)?.id)
  @ArrayMaxSize(50)
  @ValidateBy({
    name: 'areObjects',
    validator: {
      validate: (value: unknown) =>
        Array.isArray(value) &&
        value.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item)),
      defaultMessage: () => 'consents must be a list of objects',
    },
  })
  @ValidateNested({ each: true })
  @Type(() => NewConsentDto)
  consents!: NewConsentDto[];
}

export class ConsentDto extends NewConsentDto {
  at!: Date;
  /** The network address that the decision came from. */
  address!: string | null;

  static of({ consent, version, accepted, at, address }: ConsentRow): ConsentDto {
    return { id: consent, version, accepted, at: new Date(at), address };
  }
}

export class ConsentsDto {
  consents!: ConsentDto[];

  static of(rows: ConsentRow[]): ConsentsDto {
    return { consents: rows.map((row) => ConsentDto.of(row)) };
  }
}
