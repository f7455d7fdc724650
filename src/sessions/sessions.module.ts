import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { Config } from '../config/config.js';
import { AccessTokenStrategy } from './access/access-token.strategy.js';
import { AccessTokens } from './signing/access-tokens.js';
import { AccessGuard } from './access/access.guard.js';
import { JwksController } from './signing/jwks.controller.js';
import { LargeBodies } from './access/large-bodies.js';
import { SessionCheck } from './access/session-check.js';
import { TokenCheck } from './access/token-check.js';
import { RefreshTokens } from './signing/refresh-tokens.js';
import { SessionTokens } from './signing/session-tokens.js';
import { SessionsService } from './sessions.service.js';
import { SigningKeys } from './signing/signing-keys.js';
import { DatabaseModule } from '../database/database.module.js';
import { HistoryModule } from '../history/history.module.js';

@Module({
  imports: [DatabaseModule, HistoryModule, PassportModule],
  controllers: [JwksController],
  providers: [
    {
      provide: SigningKeys,
      inject: [Config],
      useFactory: ({ signingKeys }: Config) => SigningKeys.from(signingKeys),
    },
    AccessTokens,
    RefreshTokens,
    SessionTokens,
    SessionCheck,
    SessionsService,
    TokenCheck,
    AccessTokenStrategy,
    LargeBodies,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccessTokens, SessionCheck, SessionsService, SigningKeys, TokenCheck],
})
export class SessionsModule {}
