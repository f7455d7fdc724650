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

/** How many verified tokens are remembered; about 2 KB each. */
const REMEMBERED = 5000;

/** Takes the Bearer token of a request, and answers who calls. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') {
  private readonly verified = new Map<string, AccessClaims>();

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

  /**
   * Skips the signature of a token that was verified before: it costs more than all the rest of a request. Whether
   * the token has expired and its session lives is asked each time.
   */
  override authenticate(request: unknown, options?: unknown): void {
    const called = request as CalledRequest;
    const claims = this.verified.get(called.headers.authorization ?? '');
    if (!claims) return super.authenticate(request as never, options);
    this.validate(called, claims).then(
      (user) => this.success(user),
      (error: Error) => this.error(error),
    );
  }

  /** @throws Failure `token_invalid`, `token_expired`, `access_refused` */
  async validate(request: CalledRequest, claims: AccessClaims): Promise<{ caller: Caller; loaded: unknown }> {
    const { rule } = request;
    this.remember(request.headers.authorization ?? '', claims);
    if (claims.aud !== this.tenants.current) throw new Failure('token_invalid');
    const caller = callerOf(claims);
    if (!rule.kinds.includes(accessKindOf(caller))) throw new Failure('access_refused');
    const lapsedOwn = rule.lapsed && caller.kind === 'customer';
    if (!lapsedOwn && caller.expiresAt <= this.clock.now()) throw new Failure('token_expired');
    if (rule.lapsed) return { caller, loaded: undefined };
    if (!hasScope(caller, rule)) throw new Failure('access_refused');
    const load = typeof rule.load === 'function' ? rule.load(request) : rule.load;
    const session = await this.sessions.check(claims, load);
    if (!session) throw new Failure('token_invalid');
    return { caller, loaded: session.loaded };
  }

  private remember(authorization: string, claims: AccessClaims): void {
    if (this.verified.has(authorization)) return;
    if (this.verified.size >= REMEMBERED) this.verified.delete(this.verified.keys().next().value ?? '');
    this.verified.set(authorization, claims);
  }
}

function accessKindOf({ kind }: Caller): AccessKind {
  return kind === 'employee' || kind === 'service' ? 'staff' : kind;
}

function hasScope({ scopes }: Caller, rule: AccessRule): boolean {
  return !rule.scopes || rule.scopes.some((scope) => scopes.includes(scope));
}
