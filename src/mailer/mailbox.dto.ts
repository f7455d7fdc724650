import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

export class MailboxQueryDto {
  @IsOptional()
  @IsString()
  @MaxLength(254)
  to?: string;
}

export class MailboxLinkDto {
  @IsIn(['password-reset', 'email-change', 'opt-in', 'link-identity', 'erasure'])
  for!: 'password-reset' | 'email-change' | 'opt-in' | 'link-identity' | 'erasure';

  @IsString()
  @MaxLength(200)
  token!: string;
}

export class MailboxMessageDto {
  /** The sender. */
  from!: string;
  to!: string;
  kind!: string;
  /** A BCP 47 tag. */
  language!: string;
  subject!: string;
  text!: string;
  html!: string;
  /** The token of the link, if the mail has one. */
  token!: string | null;
  createdAt!: Date;
}
