import { IsOptional, IsString, MaxLength } from 'class-validator';

export class MailboxQueryDto {
  @IsOptional()
  @IsString()
  @MaxLength(254)
  to?: string;
}

export class MailboxMessageDto {
  to!: string;
  kind!: string;
  subject!: string;
  text!: string;
  /** The token of the link, if the mail has one. */
  token!: string | null;
  createdAt!: Date;
}
