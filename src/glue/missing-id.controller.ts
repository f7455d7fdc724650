import { Controller, Delete, Patch } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access } from '../sessions/access.js';
import { idMissing } from './refusal.js';

/** Changes of a collection, which need the id of one resource. */
@ApiExcludeController()
@Access('public')
@Controller()
export class MissingIdController {
  @Patch(['customers', 'customers/:customerReference/addresses', 'customer-password', 'customer-restore-password'])
  patch(): never {
    throw idMissing();
  }

  @Delete(['customers', 'customers/:customerReference/addresses', 'refresh-tokens'])
  delete(): never {
    throw idMissing();
  }
}
