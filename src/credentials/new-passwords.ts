import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { isCommonPassword } from '../passwords/common-passwords.js';

/** The tenant's rules for every new password, regardless of who sets it and for whom. */
@Injectable()
export class NewPasswords {
  constructor(private readonly tenants: TenantsService) {}

  /**
   * @param field the name of the field with the password
   * @param email the login e-mail of the password's owner
   * @throws Failure `password_common` if the tenant rejects common passwords
   */
  check(field: string, password: string, email?: string | null): void {
    if (this.tenants.settings.passwordPolicy.refuseCommon) this.assertUncommon(field, password, email);
  }

  /**
   * The rule of strict tenants, which applies to the employees of all tenants.
   *
   * @throws Failure `password_common`
   */
  assertUncommon(field: string, password: string, email?: string | null): void {
    if (isCommonPassword(password, [...this.namesOfShop, ...namesIn(email ?? '')])) {
      throw new Failure('password_common', { facts: { field } });
    }
  }

  /** The names that attackers try: NIST SP 800-63B-4 3.1.1.2 lists the names of the service and of the user. */
  private get namesOfShop(): string[] {
    const { mailFrom, links } = this.tenants.settings;
    return ['foyer', this.tenants.current, ...namesIn(mailFrom), ...namesIn(new URL(links.storefront).host)];
  }
}

/** Splits an address into names: the whole address, its local part, and every word of it. */
function namesIn(address: string): string[] {
  return [address, address.split('@')[0] ?? '', ...address.split(/[^\p{L}\p{N}]+/u)];
}
