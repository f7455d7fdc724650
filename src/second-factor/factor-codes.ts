import { randomInt } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { seal, sealingKey, unseal } from '../common/sealing.js';
import { keyedHash } from '../common/secrets.js';
import { Config } from '../config/config.js';
import { violates } from '../database/database.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { FactorFailuresTables } from './factor-failures.entity.js';
import { MailedCode, type MailedCodeTables } from './mailed-code.entity.js';
import { RecoveryCode } from './recovery-code.entity.js';
import { newRecoveryCodes, normalRecoveryCode } from './recovery-codes.js';
import { type FactorType, SecondFactor } from './second-factor.entity.js';
import { type TotpEnrolment, newEnrolment, stepOf } from './totp.js';

/** In seconds. */
const [MINUTE, HOUR] = [60, 3600];

/** The lifetime of a mailed code. */
const CODE_LIFETIME = 30 * MINUTE;

/** The number of wrong codes after which a mailed code is blocked. */
const MAX_FAILURES_PER_CODE = 3;

/** The number of wrong codes of a customer in an hour. After that, correct codes are rejected too. */
const MAX_FAILURES_PER_HOUR = 10;

/** The code in a request, and the customer and session that it must belong to. */
export interface PresentedCode {
  customerId: string;
  sessionId: string;
  /** Undefined if the request has none. */
  code: string | undefined;
}

/**
 * Issues and compares the codes of second factors. Except for `issue`, all methods must be called in a transaction that
 * began with `lock`.
 */
@Injectable()
export class FactorCodes {
  private readonly hashKey: Buffer;
  private readonly secretKey: Buffer;

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
    { secret }: Config,
  ) {
    this.hashKey = sealingKey(secret, 'second-factor-codes');
    this.secretKey = sealingKey(secret, 'second-factor-secrets');
  }

  /**
   * Issues a code to mail. It replaces the older one of the session. Joins the caller's transaction.
   *
   * @returns six digits
   * @throws Failure `token_invalid` when the session or the customer was deleted meanwhile
   */
  async issue({ customerId, sessionId }: PresentedCode): Promise<string> {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const row = {
      tenant: this.tenants.current,
      sessionId,
      customerId,
      hash: this.hashOf(`${sessionId} ${code}`),
      failures: 0,
      expiresAt: this.clock.in(CODE_LIFETIME),
    };
    try {
      await this.em.upsert(MailedCode, row, { disableIdentityMap: true });
      return code;
    } catch (error) {
      throw deletedMeanwhile(error);
    }
  }

  /**
   * Locks the codes of a customer until the transaction ends, in every process, so that no concurrent code is compared
   * before this one is counted.
   *
   * @throws Failure `token_invalid` when the customer was deleted meanwhile
   */
  async lock(customerId: string): Promise<void> {
    const [now, end] = [this.clock.now(), this.clock.in(HOUR)];
    const isOver = sql<boolean>`second_factor_failures.ends_at <= ${now}`;
    try {
      await this.db
        .insertInto('second_factor_failures')
        .values({ tenant: this.tenants.current, customer_id: customerId, failures: 0, ends_at: end })
        .onConflict((row) =>
          row.columns(['tenant', 'customer_id']).doUpdateSet({
            failures: sql<number>`case when ${isOver} then 0 else second_factor_failures.failures end`,
            ends_at: sql<Date>`case when ${isOver} then ${end} else second_factor_failures.ends_at end`,
          }),
        )
        .execute();
    } catch (error) {
      throw deletedMeanwhile(error);
    }
  }

  /**
   * Compares a code with those of the given factors, and counts a wrong one. The caller must commit the transaction even
   * then.
   *
   * @param acceptsRecovery whether a recovery code is valid too
   * @throws Failure `second_factor_required` if the request has no code
   */
  async matches(presented: PresentedCode, factors: SecondFactor[], acceptsRecovery: boolean): Promise<boolean> {
    const { customerId } = presented;
    const code = presented.code?.trim();
    if (!code) throw new Failure('second_factor_required');
    const { failures } = await this.counter(customerId).select('failures').executeTakeFirstOrThrow();
    if (failures >= MAX_FAILURES_PER_HOUR) return false;
    const has = (wanted: FactorType) => factors.find(({ type }) => type === wanted);
    const app = has('totp');
    const passed = /^\d{6}$/.test(code)
      ? (app && (await this.matchesApp(app, code))) || (has('email') && (await this.matchesMailed(presented, code)))
      : acceptsRecovery && (await this.useRecoveryCode(customerId, code));
    if (!passed) await this.count(presented);
    return passed === true;
  }

  /** Stores a new secret of an authenticator app. */
  async enrol(factor: SecondFactor, issuer: string, label: string): Promise<TotpEnrolment> {
    const { customerId, type } = factor;
    const enrolment = newEnrolment(issuer, label);
    const secret = seal(this.secretKey, enrolment.secret, boundTo(factor));
    await this.em.nativeUpdate(SecondFactor, { customerId, type }, { secret, lastStep: null });
    return enrolment;
  }

  /** Creates ten recovery codes; the earlier ones become invalid. */
  async createRecoveryCodes(customerId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    await this.revokeRecoveryCodes(customerId);
    const createdAt = this.clock.now();
    const rows = codes.map((code) => ({
      tenant: this.tenants.current,
      customerId,
      createdAt,
      hash: this.hashOf(normalRecoveryCode(code)),
    }));
    await this.em.insertMany(RecoveryCode, rows);
    return codes;
  }

  async revokeRecoveryCodes(customerId: string): Promise<void> {
    await this.em.nativeDelete(RecoveryCode, { customerId });
  }

  /** Each time step is valid only once (RFC 6238, section 5.2). After a step was used, only later ones are valid. */
  private async matchesApp(factor: SecondFactor, code: string): Promise<boolean> {
    if (!factor.secret) return false;
    const secret = unseal(this.secretKey, Buffer.from(factor.secret), boundTo(factor)) as string;
    const step = stepOf(code, secret, this.clock.now());
    if (step === undefined || step <= (factor.lastStep ?? 0)) return false;
    const { customerId, type } = factor;
    await this.em.nativeUpdate(SecondFactor, { customerId, type }, { lastStep: step });
    return true;
  }

  /** At a strict tenant, a mailed code works once. Elsewhere it works until it expires, as the vendor defines. */
  private async matchesMailed({ sessionId, customerId }: PresentedCode, code: string): Promise<boolean> {
    const where = {
      sessionId,
      customerId,
      hash: this.hashOf(`${sessionId} ${code}`),
      failures: { $lt: MAX_FAILURES_PER_CODE },
      expiresAt: { $gt: this.clock.now() },
    };
    if (this.tenants.settings.strict) return (await this.em.nativeDelete(MailedCode, where)) > 0;
    return (await this.em.count(MailedCode, where)) > 0;
  }

  private async useRecoveryCode(customerId: string, code: string): Promise<boolean> {
    const hash = this.hashOf(normalRecoveryCode(code));
    return (await this.em.nativeDelete(RecoveryCode, { customerId, hash })) > 0;
  }

  /** Counts a wrong code for the customer, and for the mailed code of the session. */
  private async count({ customerId, sessionId }: PresentedCode): Promise<void> {
    const failures = sql<number>`failures + 1`;
    await this.db
      .updateTable('second_factor_failures')
      .set({ failures })
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId)
      .execute();
    await this.db
      .updateTable('second_factor_codes')
      .set({ failures })
      .where('tenant', '=', this.tenants.current)
      .where('session_id', '=', sessionId)
      .execute();
  }

  private counter(customerId: string) {
    return this.db
      .selectFrom('second_factor_failures')
      .where('tenant', '=', this.tenants.current)
      .where('customer_id', '=', customerId);
  }

  private hashOf(value: string): string {
    return keyedHash(this.hashKey, `${this.tenants.current} ${value}`);
  }

  private get db() {
    return this.em.getKysely<FactorFailuresTables & MailedCodeTables>();
  }
}

/** The row that a secret is bound to, identified by the session, because a customer number can change. */
function boundTo({ tenant, sessionId }: SecondFactor): string {
  return `${tenant} ${sessionId}`;
}

/** The failure for a row whose customer or session no longer exists; any other error unchanged. */
function deletedMeanwhile(error: unknown): unknown {
  const keys = ['second_factor_failures_customer', 'second_factor_codes_customer', 'second_factor_codes_session'];
  return keys.some((key) => violates(error, key)) ? new Failure('token_invalid', { cause: error }) : error;
}
