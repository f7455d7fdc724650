import { Module } from '@nestjs/common';
import { ContextsController } from './contexts.controller.js';
import { OwnContextController } from './own-context.controller.js';
import { SessionContextService } from './session-context.service.js';
import { DatabaseModule } from '../database/database.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';

@Module({
  imports: [DatabaseModule, SessionsModule],
  controllers: [OwnContextController, ContextsController],
  providers: [SessionContextService],
})
export class SessionContextModule {}
