import type { MembershipRequestRow } from './companies.sql.js';
import { ContactDto } from './contact-assignment.dto.js';

/** The company that a customer wants to join. */
export class RequestedLegalEntityDto {
  /** The id of the legal entity. */
  id!: string;
  /**
   * The name of the legal entity.
   * @example 'Acme Ltd'
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
  /** When the customer requested the membership. */
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
