import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayUnique, IsBoolean, IsString, Length, ValidateBy, ValidateNested } from 'class-validator';
import { MaxBytes } from '../common/validation.js';
import type { ConsentRow } from './consents.service.js';

export class NewConsentDto {
  /**
   * The name of the text, which the shop chooses.
   * @example terms
   */
  @IsString()
  @Length(1, 100)
  @MaxBytes(200)
  id!: string;
  /**
   * The version of the text.
   * @example 2026-11
   */
  @IsString()
  @Length(1, 100)
  @MaxBytes(200)
  version!: string;
  /** `true` if the customer accepts the text, `false` if the customer withdraws the consent. */
  @IsBoolean()
  accepted!: boolean;
}

export class NewConsentsDto {
  /** At most 50 decisions, one on each text. Decisions on other texts do not change. */
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
  /** When the decision was recorded. */
  at!: Date;
  /** The network address that the decision came from. */
  address!: string | null;

  static of({ consent, version, accepted, at, address }: ConsentRow): ConsentDto {
    return { id: consent, version, accepted, at: new Date(at), address };
  }
}

export class ConsentsDto {
  /** The decisions of the customer. */
  consents!: ConsentDto[];

  static of(rows: ConsentRow[]): ConsentsDto {
    return { consents: rows.map((row) => ConsentDto.of(row)) };
  }
}
