import { IsString, Length } from 'class-validator';

export class ErasureConfirmDto {
  /** The token from the mail. */
  @IsString()
  @Length(1, 200)
  token!: string;
}
