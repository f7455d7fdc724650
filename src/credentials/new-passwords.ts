import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { isCommonPassword } from './common-passwords.js';

/** What a tenant asks of every new password, whoever sets it and for whom. */
@Injectable()
export class NewPasswords {
  constructor(private readonly tenants: TenantsService) {}

  /**
   * @param field the name of the field that the password came in
   * @param email the login e-mail of whose password it is to be
   * @throws Failure `password_common` where the tenant refuses passwords that anybody would guess
   */
  check(field: string, password: string, email?: string | null): void {
    if (!this.tenants.settings.passwordPolicy.refuseCommon) return;
    if (isCommonPassword(password, [...this.namesOfShop, ...namesIn(email ?? '')])) {
      throw new Failure('password_common', { facts: { field } });
    }
  }

  /** As guessers know them: NIST SP 800-63B-4 3.1.1.2 names the service and the user. */
  private get namesOfShop(): string[] {
    const { mailFrom, links } = this.tenants.settings;
    return ['foyer', this.tenants.current, ...namesIn(mailFrom), ...namesIn(new URL(links.storefront).host)];
  }
}

/** An address, what stands before its @, and every word of it. */
function namesIn(address: string): string[] {
  return [address, address.split('@')[0] ?? '', ...address.split(/[^\p{L}\p{N}]+/u)];
}
