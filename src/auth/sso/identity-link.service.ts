import { Injectable } from '@nestjs/common';
import { IdentitiesService } from '../../credentials/identities.service.js';
import type { Origin } from '../../tenants/request-scope.js';
import { type CodeLogin, IdentityProviders } from './identity-providers.js';
import { SubjectTokens } from './subject-tokens.js';

/** The proof of an identity: an authorization code, or a token of another system. */
export type ExternalProof = CodeLogin | { subjectAccessToken: string; config?: string };

/** Links identities to the accounts of customers who are logged in. */
@Injectable()
export class IdentityLinkService {
  constructor(
    private readonly identities: IdentitiesService,
    private readonly providers: IdentityProviders,
    private readonly subjectTokens: SubjectTokens,
  ) {}

  /**
   * Links an identity to the account of a customer who knows its password.
   *
   * @throws Failure `password_wrong`, before any request to a provider; `identity_taken`, and the errors of the proof
   */
  async link(customerId: string, password: string, proof: ExternalProof, origin: Origin): Promise<string> {
    const account = await this.identities.authenticatedAccount(customerId, password, origin);
    const { identity } =
      'code' in proof
        ? (await this.providers.exchange(proof)).profile
        : await this.subjectTokens.exchange(proof.subjectAccessToken, proof.config);
    return this.identities.link(account, identity);
  }
}
