import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { hashOf, randomToken } from '../common/secrets.js';
import { Config } from '../config/config.js';
import { Outbox } from '../mailer/outbox.service.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Employee } from './employee.entity.js';

type Recipient = Pick<Employee, 'id' | 'email'>;

/**
 * Mails links with which employees set their passwords; `EmployeePasswords` accepts the tokens in them. Only the latest
 * link of an employee is valid. The methods join the caller's transaction, in which the employee is locked or new.
 */
@Injectable()
export class EmployeeLinks {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  /** Mails a link to set the first password. @throws Failure `mail_limit_reached` */
  async invite(employee: Recipient): Promise<void> {
    const { initialPassword } = this.tenants.settings.lifetimes;
    if (!(await this.add('employee-invitation', employee, initialPassword))) throw new Failure('mail_limit_reached');
  }

  /** Mails a link to set a new password. Beyond the limit of the recipient, the latest link stays valid. */
  async mailReset(employee: Recipient): Promise<void> {
    await this.add('employee-password-reset', employee, this.tenants.settings.lifetimes.passwordReset);
  }

  /** @param lifetime in seconds @returns whether the mail was stored */
  private async add(
    kind: 'employee-invitation' | 'employee-password-reset',
    { id, email }: Recipient,
    lifetime: number,
  ): Promise<boolean> {
    return this.outbox.add(kind, { email, customerId: undefined, confirmed: true }, async () => {
      const token = randomToken();
      const link = { linkHash: hashOf(token), linkExpiresAt: this.clock.in(lifetime) };
      await this.em.nativeUpdate(Employee, { id }, link);
      return { token, link: `${this.config.publicUrl}/backoffice/${this.tenants.current}/password?token=${token}` };
    });
  }
}
