import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { transaction } from '../database/database.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { FactorCodes, type PresentedCode } from './factor-codes.js';
import { type FactorType, SecondFactor, factorTypes } from './second-factor.entity.js';
import type { TotpEnrolment } from './totp.js';

/** A type of second factor and its status for a customer. */
export interface FactorState {
  type: FactorType;
  status: 'active' | 'pending' | 'inactive';
}

const order: FactorState['status'][] = ['active', 'pending', 'inactive'];

/**
 * The second factors of customers. While a customer has an active one, changes to the account require a code: a mailed
 * one, one of an authenticator app, or a recovery code.
 */
@Injectable()
export class SecondFactorService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly codes: FactorCodes,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /** Lists all types: active ones, then pending ones, then the rest. */
  async list(customerId: string): Promise<FactorState[]> {
    const factors = await this.factorsOf(customerId);
    return factorTypes
      .map((type): FactorState => ({ type, status: find(factors, type)?.status ?? 'inactive' }))
      .sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  }

  /** Returns the factors of a customer that are active or pending, oldest first. Their secrets must not be shown. */
  async findStored(customerId: string): Promise<SecondFactor[]> {
    const orderBy = { createdAt: 'asc', type: 'asc' } as const;
    return this.em.find(SecondFactor, { customerId }, { orderBy, disableIdentityMap: true });
  }

  /**
   * Asserts that the code is valid for one of the customer's active factors. Must not run in a transaction, because a
   * rollback would undo the count of a wrong code.
   *
   * @throws Failure `second_factor_required`, `second_factor_invalid`
   */
  async assertPassed(presented: PresentedCode): Promise<void> {
    await this.withLock(presented, async (factors) => this.passes(presented, factors));
  }

  /** @throws Failure `second_factor_not_found` if the factor is not active */
  async assertActive(customerId: string, type: FactorType): Promise<void> {
    if (find(await this.factorsOf(customerId), type)?.status !== 'active') throw notFound(type);
  }

  /**
   * Begins the activation of a factor. If the customer has an active factor, one of its codes is required.
   *
   * @throws Failure `second_factor_active`, `second_factor_required`, `second_factor_invalid`
   */
  async beginActivation(presented: PresentedCode, type: FactorType): Promise<void> {
    const { customerId, sessionId } = presented;
    await this.withLock(presented, async (factors) => {
      if (find(factors, type)?.status === 'active') throw new Failure('second_factor_active');
      if (!(await this.passes(presented, factors))) return false;
      const row = {
        tenant: this.tenants.current,
        customerId,
        type,
        status: 'pending' as const,
        sessionId,
        secret: null,
        lastStep: null,
        createdAt: this.clock.now(),
        activatedAt: null,
      };
      await this.em.upsert(SecondFactor, row, { disableIdentityMap: true });
      return true;
    });
  }

  /**
   * Creates the secret of an authenticator app whose activation this session began. An earlier secret becomes invalid.
   *
   * @param label the account, as the app shows it
   * @throws Failure `second_factor_active`, `second_factor_not_found` if the activation did not begin in this session
   */
  async enrolApp({ customerId, sessionId }: PresentedCode, label: string): Promise<TotpEnrolment> {
    return transaction(this.em, async () => {
      await this.codes.lock(customerId);
      const factor = pending(await this.factorsOf(customerId), 'totp', sessionId);
      return this.codes.enrol(factor, this.tenants.current, label);
    });
  }

  /**
   * Completes the activation with a code of the new factor.
   *
   * @throws Failure `second_factor_required`, `second_factor_active`, `second_factor_not_found` if the activation did
   * not begin in this session, `second_factor_invalid`
   */
  async completeActivation(presented: PresentedCode, type: FactorType): Promise<void> {
    const { customerId, sessionId } = presented;
    await this.withLock(presented, async (factors) => {
      const factor = pending(factors, type, sessionId);
      if (!(await this.codes.matches(presented, [factor], false))) return false;
      await this.em.nativeUpdate(
        SecondFactor,
        { customerId, type },
        { status: 'active', activatedAt: this.clock.now() },
      );
      // The activation of other factors may have begun before any factor was active, and thus without a code.
      await this.em.nativeDelete(SecondFactor, { customerId, status: 'pending' });
      await this.history.record(customerId, 'second_factor_activated', { fields: [type] });
      return true;
    });
    this.securityLog.record('second_factor_activated', { customer: customerId });
  }

  /**
   * Deactivates a factor, with a code of any active one.
   *
   * @throws Failure `second_factor_not_found`, `second_factor_required`, `second_factor_invalid`
   */
  async deactivate(presented: PresentedCode, type: FactorType): Promise<void> {
    const { customerId } = presented;
    await this.withLock(presented, async (factors) => {
      if (find(factors, type)?.status !== 'active') throw notFound(type);
      if (!(await this.passes(presented, factors))) return false;
      await this.delete(customerId, type);
      await this.history.record(customerId, 'second_factor_deactivated', { fields: [type] });
      return true;
    });
    this.securityLog.record('second_factor_deactivated', { customer: customerId });
  }

  /**
   * Removes a factor without a code, for a customer who has lost it. Joins the caller's transaction.
   *
   * @throws Failure `second_factor_not_found`
   */
  async remove(customerId: string, type: FactorType): Promise<void> {
    await transaction(this.em, async () => {
      await this.codes.lock(customerId);
      if (!find(await this.factorsOf(customerId), type)) throw notFound(type);
      await this.delete(customerId, type);
    });
  }

  /** Removes the factors that were added or activated since a time. Joins the caller's transaction. */
  async removeSince(customerId: string, since: Date): Promise<void> {
    await transaction(this.em, async () => {
      await this.codes.lock(customerId);
      for (const { type, createdAt, activatedAt } of await this.factorsOf(customerId)) {
        if ((activatedAt ?? createdAt) >= since) await this.delete(customerId, type);
      }
    });
  }

  /**
   * Creates ten recovery codes; the earlier ones become invalid. They are returned only once.
   *
   * @throws Failure `second_factor_not_found` if no factor is active, `second_factor_required`, `second_factor_invalid`
   */
  async createRecoveryCodes(presented: PresentedCode): Promise<string[]> {
    const { customerId } = presented;
    let created: string[] = [];
    await this.withLock(presented, async (factors) => {
      if (!factors.some(isActive)) throw new Failure('second_factor_not_found');
      if (!(await this.passes(presented, factors))) return false;
      created = await this.codes.createRecoveryCodes(customerId);
      await this.history.record(customerId, 'recovery_codes_created');
      return true;
    });
    this.securityLog.record('recovery_codes_created', { customer: customerId });
    return created;
  }

  /** Whether the code is valid for an active factor. Without an active factor, no code is required. */
  private async passes(presented: PresentedCode, factors: SecondFactor[]): Promise<boolean> {
    const active = factors.filter(isActive);
    return active.length === 0 || this.codes.matches(presented, active, true);
  }

  /**
   * Runs `work` while no other code of the customer is compared, and commits even if the code is wrong.
   *
   * @param work returns whether the code was correct
   * @throws Failure `second_factor_invalid`
   */
  private async withLock(
    { customerId }: PresentedCode,
    work: (factors: SecondFactor[]) => Promise<boolean>,
  ): Promise<void> {
    if (this.em.isInTransaction()) throw new Error('A rollback would undo the count of a wrong code');
    const passed = await transaction(this.em, async () => {
      await this.codes.lock(customerId);
      return work(await this.factorsOf(customerId));
    });
    if (!passed) throw new Failure('second_factor_invalid');
  }

  private async factorsOf(customerId: string): Promise<SecondFactor[]> {
    return this.em.find(SecondFactor, { customerId }, { disableIdentityMap: true });
  }

  /** Recovery codes are deleted with the last factor. */
  private async delete(customerId: string, type: FactorType): Promise<void> {
    await this.em.nativeDelete(SecondFactor, { customerId, type });
    const remaining = await this.em.count(SecondFactor, { customerId, status: 'active' });
    if (remaining === 0) await this.codes.revokeRecoveryCodes(customerId);
  }
}

function find(factors: SecondFactor[], type: FactorType): SecondFactor | undefined {
  return factors.find((factor) => factor.type === type);
}

function isActive({ status }: SecondFactor): boolean {
  return status === 'active';
}

/** @throws Failure `second_factor_active`, `second_factor_not_found` */
function pending(factors: SecondFactor[], type: FactorType, sessionId: string): SecondFactor {
  const factor = find(factors, type);
  if (factor?.status === 'active') throw new Failure('second_factor_active');
  if (factor?.sessionId !== sessionId) throw notFound(type);
  return factor;
}

function notFound(type: string): Failure {
  return new Failure('second_factor_not_found', { facts: { type } });
}
