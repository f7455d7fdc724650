import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { MembershipRequestRow } from './companies.sql.js';
import { ContactDto } from './contact-assignment.dto.js';
import { Filter, ListQueryDto } from './list.dto.js';

export class MembershipRequestsQueryDto extends ListQueryDto {
  /**
   * The order: `field`, `field:asc` or `field:desc`. Several fields are separated by commas.
   * @example createdAt:desc
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  override sort?: string;
  /**
   * The properties to return, separated by commas; all if omitted.
   * @example customer,legalEntity
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  override fields?: string;
  /** Selects the requests for the legal entity with this id. */
  @Filter()
  'legalEntity.id'?: string;
  /** Selects the requests of the customer with this number. */
  @Filter()
  'customer.id'?: string;
}

/** The company that a customer wants to join. */
export class RequestedLegalEntityDto {
  /** The id of the legal entity. */
  id!: string;
  /**
   * The name of the legal entity.
   * @example ABC Company
   */
  name!: string;
}

/** A customer who wants to join a legal entity. */
export class MembershipRequestDto {
  /** The id of the request. */
  id!: string;
  /** The company that the customer wants to join. */
  legalEntity!: RequestedLegalEntityDto;
  /** The customer who wants to join. */
  customer!: ContactDto;
  /** The time of the request. */
  createdAt!: Date;

  static of({ request, legalEntity, customer }: MembershipRequestRow): MembershipRequestDto {
    return {
      id: request.id,
      legalEntity,
      customer: ContactDto.of(customer),
      createdAt: new Date(request.created_at),
    };
  }
}
