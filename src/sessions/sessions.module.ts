import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { Config } from '../config/config.js';
import { AccessTokenStrategy } from './access-token.strategy.js';
import { AccessTokens } from './access-tokens.js';
import { AccessGuard } from './access.guard.js';
import { JwksController } from './jwks.controller.js';
import { LargeBodies } from './large-bodies.js';
import { RefreshTokens } from './refresh-tokens.js';
import { SessionsService } from './sessions.service.js';
import { SigningKeys } from './signing-keys.js';

@Global()
@Module({
  imports: [PassportModule],
  controllers: [JwksController],
  providers: [
    {
      provide: SigningKeys,
      inject: [Config],
      useFactory: ({ signingKeys }: Config) => SigningKeys.from(signingKeys),
    },
    AccessTokens,
    RefreshTokens,
    SessionsService,
    AccessTokenStrategy,
    LargeBodies,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccessTokens, SessionsService, SigningKeys],
})
export class SessionsModule {}
