import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { Config } from '../config/config.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { AccessClaims } from './access-tokens.js';
import { AccessKind, AccessRule, CalledRequest, Caller, callerOf } from './access.js';
import { SessionsService } from './sessions.service.js';
import { SigningKeys } from './signing-keys.js';

/** Takes the Bearer token of a request, and answers who calls. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') {
  constructor(
    config: Config,
    keys: SigningKeys,
    private readonly tenants: TenantsService,
    private readonly sessions: SessionsService,
    private readonly clock: Clock,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: Error | null, key?: string) => void) => {
        const key = keys.keyOf(token);
        // A key as text would be parsed at each request. The types do not know that a KeyObject will do.
        done(key ? null : new Failure('token_invalid'), key?.publicKey as unknown as string);
      },
      algorithms: ['ES256', 'RS256'],
      issuer: config.publicUrl,
      // An expired token is told apart from an unknown one below, and by our own clock.
      ignoreExpiration: true,
      passReqToCallback: true,
    });
  }

  /** @throws Failure `token_invalid`, `token_expired`, `access_refused` */
  async validate(request: CalledRequest, claims: AccessClaims): Promise<{ caller: Caller; loaded: unknown }> {
    const { rule } = request;
    if (claims.aud !== this.tenants.current) throw new Failure('token_invalid');
    const caller = callerOf(claims);
    if (!rule.kinds.includes(accessKindOf(caller))) throw new Failure('access_refused');
    if (rule.lapsed && caller.kind === 'customer') return { caller, loaded: undefined };
    if (caller.expiresAt <= this.clock.now()) throw new Failure('token_expired');
    if (!hasScope(caller, rule)) throw new Failure('access_refused');
    const load = typeof rule.load === 'function' ? rule.load(request) : rule.load;
    const session = await this.sessions.check(claims, load);
    if (!session) throw new Failure('token_invalid');
    return { caller, loaded: session.loaded };
  }
}

function accessKindOf({ kind }: Caller): AccessKind {
  return kind === 'employee' || kind === 'service' ? 'staff' : kind;
}

function hasScope({ scopes }: Caller, rule: AccessRule): boolean {
  return !rule.scopes || rule.scopes.some((scope) => scopes.includes(scope));
}
