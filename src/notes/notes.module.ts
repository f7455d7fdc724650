import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { NotesService } from './notes.service.js';

@Module({ imports: [DatabaseModule, TenantsModule], providers: [NotesService], exports: [NotesService] })
export class NotesModule {}
