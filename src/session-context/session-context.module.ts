import { Module } from '@nestjs/common';
import { ContextsController } from './contexts.controller.js';
import { OwnContextController } from './own-context.controller.js';
import { SessionContextService } from './session-context.service.js';

@Module({ controllers: [OwnContextController, ContextsController], providers: [SessionContextService] })
export class SessionContextModule {}
