import { Injectable } from '@nestjs/common';
import { referenceOf } from '../customers/customers.fragments.js';
import type { PresentedCode } from '../second-factor/factor-codes.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import { hasSecondFactor } from '../second-factor/second-factor.sql.js';
import type { SessionProjection } from '../sessions/access/session-check.sql.js';
import { unauthorized } from './glue-error.js';

/** Loads the caller's reference in the query that checks the session. */
export const ownReference: SessionProjection = {
  expression: referenceOf('s.tenant', 's.customer_id'),
};

/** The caller, as the owner of the resources that a request changes. */
export interface Owner {
  reference: string;
  hasSecondFactor: boolean;
}

/** Loads the owner in the query that checks the session. */
export const resourceOwner: SessionProjection = {
  expression: `json_build_object('reference', ${ownReference.expression},
    'hasSecondFactor', ${hasSecondFactor.expression})`,
};

/** Checks changes to resources that belong to the caller and require a second factor. */
@Injectable()
export class Ownership {
  constructor(private readonly factors: SecondFactorService) {}

  /**
   * Asserts that the caller may change the resources below a reference. The attributes were validated before.
   *
   * @throws GlueError when the reference in the path is not the caller's
   * @throws Failure `second_factor_required`, `second_factor_invalid`
   */
  async assert(reference: string, owner: Owner, presented: PresentedCode): Promise<void> {
    assertOwnReference(reference, owner.reference);
    if (owner.hasSecondFactor) await this.factors.assertPassed(presented);
  }

  /**
   * Asserts the second factor of a customer who creates a resource without an owner.
   *
   * @param presented undefined for an anonymous request
   * @throws Failure `second_factor_required`, `second_factor_invalid`
   */
  async assertSecondFactor(presented: PresentedCode | undefined): Promise<void> {
    if (presented) await this.factors.assertPassed(presented);
  }
}

/** @throws GlueError when the reference in the path is not the caller's */
export function assertOwnReference(reference: string, callers: string): void {
  if (reference !== callers) throw unauthorized();
}
