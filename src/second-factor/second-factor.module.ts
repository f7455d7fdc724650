import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { HistoryModule } from '../history/history.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { FactorCodes } from './factor-codes.js';
import { SecondFactorService } from './second-factor.service.js';

/** `SecondFactorGuard` requires the session check, so `SessionsModule` is exported too. */
@Module({
  imports: [DatabaseModule, HistoryModule, SessionsModule],
  providers: [FactorCodes, SecondFactorService],
  exports: [FactorCodes, SecondFactorService, SessionsModule],
})
export class SecondFactorModule {}
