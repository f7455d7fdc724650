import { Injectable } from '@nestjs/common';
import { inEqualTime } from '../common/equal-time.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { PasswordLinks } from '../credentials/password-links.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { OptInService } from './opt-in.service.js';

/** In seconds. */
const [MINUTE, HOUR] = [60, 3600];

/**
 * Mails to the owner of an account what the next login requires: a link to confirm the address, or, if nothing must be
 * confirmed, a link to set a new password.
 */
@Injectable()
export class LoginHelpService {
  constructor(
    private readonly tenants: TenantsService,
    private readonly accounts: AccountsService,
    private readonly optIn: OptInService,
    private readonly passwordLinks: PasswordLinks,
  ) {}

  /** Mails the owner on request. Neither the response nor its time reveals whether the address has an account. */
  async mailOnRequest(email: string): Promise<void> {
    await inEqualTime(async () => {
      const account = await this.accounts.find(email);
      if (!account) return;
      if (await this.optIn.isOutstanding(account.customer.$)) await this.optIn.mail(account);
      else await this.passwordLinks.mailReset(account);
    });
  }

  /**
   * Mails the owner after a sign-up with a taken address, at most once a minute: concurrent sign-ups with one address
   * cause one mail. At a strict tenant the owner gets a link to confirm the address, or the notice of
   * `AccountsService`, at most once an hour.
   */
  async mailAfterSignUp(email: string): Promise<void> {
    const { strict } = this.tenants.settings;
    const account = await this.accounts.find(email);
    if (!account) return;
    if (await this.optIn.isOutstanding(account.customer.$)) {
      await this.optIn.mail(account, { repeated: true, pause: strict ? HOUR : MINUTE });
    } else if (strict) await this.accounts.mailSignupAttempt(email);
    else await this.passwordLinks.mailReset(account, { pause: MINUTE });
  }
}
