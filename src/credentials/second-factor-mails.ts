import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { transaction } from '../database/database.js';
import { Outbox } from '../mailer/outbox.service.js';
import { FactorCodes, type PresentedCode } from '../second-factor/factor-codes.js';
import type { FactorType } from '../second-factor/second-factor.entity.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import { AccountsService } from './accounts.service.js';

/** Sends the codes of second factors, to the login e-mail of the customer. */
@Injectable()
export class SecondFactorMails {
  constructor(
    private readonly em: EntityManager,
    private readonly factors: SecondFactorService,
    private readonly codes: FactorCodes,
    private readonly accounts: AccountsService,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Begins the activation of a factor and sends a code to it. An authenticator app creates its codes itself.
   *
   * @throws Failure as `SecondFactorService.beginActivation`, and `second_factor_unsent`
   */
  async activate(presented: PresentedCode, type: FactorType): Promise<void> {
    await this.factors.beginActivation(presented, type);
    await this.send(presented, type);
  }

  /** Sends a code to an active factor. @throws Failure `second_factor_not_found`, `second_factor_unsent` */
  async trigger(presented: PresentedCode, type: FactorType): Promise<void> {
    await this.factors.assertActive(presented.customerId, type);
    await this.send(presented, type);
  }

  /** @throws Failure `second_factor_unsent` without a login e-mail, or beyond the limit of the recipient */
  private async send(presented: PresentedCode, type: FactorType): Promise<void> {
    if (type !== 'email') return;
    const { customerId } = presented;
    const email = await this.accounts.emailOf(customerId);
    let code: string | undefined;
    if (email) {
      await transaction(this.em, async () => {
        await this.outbox.add('second-factor-code', { email, customerId, confirmed: false }, async () => {
          code = await this.codes.issue(presented);
          return { code };
        });
      });
    }
    if (code === undefined) throw new Failure('second_factor_unsent');
  }
}
