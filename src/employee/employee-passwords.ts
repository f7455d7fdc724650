import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { normalEmail } from '../common/email.js';
import { inEqualTime } from '../common/equal-time.js';
import { Failure } from '../common/failure.js';
import { networkOf } from '../common/network-address.js';
import { hashOf } from '../common/secrets.js';
import { Lockout } from '../credentials/lockout.js';
import { NewPasswords } from '../credentials/new-passwords.js';
import { hashPassword } from '../credentials/password-hash.js';
import { forUpdate, transaction } from '../database/database.js';
import { SecurityLog } from '../history/security-log.js';
import type { Caller } from '../sessions/access/caller.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Origin } from '../tenants/request-scope.js';
import { EmployeeLinks } from './employee-links.js';
import { Employee } from './employee.entity.js';
import { TokenService } from './token.service.js';

const withoutLink = { linkHash: null, linkExpiresAt: null };

/** Employees set their own passwords: with a mailed link, or with the current password. */
@Injectable()
export class EmployeePasswords {
  constructor(
    private readonly em: EntityManager,
    private readonly links: EmployeeLinks,
    private readonly tokens: TokenService,
    private readonly newPasswords: NewPasswords,
    private readonly lockout: Lockout,
    private readonly sessions: SessionsService,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Mails a link to set a new password to an active employee. Neither the response nor its time reveals whether the
   * address has an account.
   */
  async requestReset(email: string): Promise<void> {
    await inEqualTime(async () => {
      const employee = await transaction(this.em, async (em) => {
        const found = await em.findOne(Employee, { email: normalEmail(email), active: true }, forUpdate);
        if (found) await this.links.mailReset(found);
        return found;
      });
      if (employee) this.securityLog.record('password_reset_requested', { employee: employee.id });
    });
  }

  /**
   * Sets a password with a mailed token. All sessions of the employee end. Failed logins are cleared, and so are the
   * networks of earlier logins, because they may be an attacker's.
   *
   * @throws Failure `mailed_token_rejected`; `password_common`, after which the token stays valid
   */
  async reset(token: string, password: string, { address }: Origin): Promise<void> {
    const holder = { linkHash: hashOf(token), linkExpiresAt: { $gt: this.clock.now() }, active: true };
    const employee = await this.em.findOne(Employee, holder);
    if (!employee) throw linkRejected();
    const { id, email } = employee;
    this.newPasswords.assertUncommon('password', password, email);
    const passwordHash = await hashPassword(password);
    await transaction(this.em, async (em) => {
      const changes = { passwordHash, ...withoutLink, knownNetworks: [networkOf(address)] };
      if ((await em.nativeUpdate(Employee, holder, changes)) === 0) throw linkRejected();
      await this.lockout.clear(this.lockout.keyOf('staff', email));
      await this.sessions.endAllOfEmployee(id);
    });
    this.securityLog.record('password_reset', { employee: id });
  }

  /**
   * Changes the password of an employee who provides the current one. The employee's other sessions end; this session
   * stays valid. A mailed link is revoked.
   *
   * @throws Failure `password_wrong`, `login_locked` after too many wrong ones; then `password_common`
   */
  async change(
    { id, sessionId }: Pick<Caller, 'id' | 'sessionId'>,
    current: string,
    password: string,
    origin: Origin,
  ): Promise<void> {
    const employee = await this.em.findOne(Employee, { id });
    if (!employee) throw new Failure('token_invalid');
    const { email, passwordHash: formerHash } = employee;
    await this.tokens.authenticate({ email, password: current }, origin).catch((error: unknown) => {
      if (!(error instanceof Failure) || error.code !== 'login_rejected') throw error;
      throw new Failure('password_wrong', { cause: error });
    });
    this.newPasswords.assertUncommon('newPassword', password, email);
    const passwordHash = await hashPassword(password);
    await transaction(this.em, async (em) => {
      const unchanged = { id, passwordHash: formerHash, active: true };
      const updated = await em.nativeUpdate(Employee, unchanged, { passwordHash, ...withoutLink });
      if (updated === 0) throw new Failure('password_wrong');
      await this.sessions.endAllOfEmployee(id, sessionId);
    });
    this.securityLog.record('password_changed', { employee: id });
  }
}

function linkRejected(): Failure {
  return new Failure('mailed_token_rejected', { facts: { purpose: 'employee-password' } });
}
