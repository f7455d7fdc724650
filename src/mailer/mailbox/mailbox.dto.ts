import { IsIn, IsOptional, IsString, Matches, MaxLength } from 'class-validator';
import { type LinkPurpose, linkPurposes } from './link-steps.js';

export class MailboxQueryDto {
  @IsOptional()
  @IsString()
  @MaxLength(254)
  to?: string;
}

export class MailboxLinkDto {
  @IsIn(linkPurposes)
  for!: LinkPurpose;

  /** Links that older versions mailed have no tenant. Only the demo had such links. */
  @IsOptional()
  @Matches(/^[a-z][a-z0-9]{2,15}$/)
  tenant = 'demo';

  @Matches(/^[\w-]{1,200}$/)
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
