import { Controller, Delete, Patch } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Access } from '../sessions/access/access.js';
import { idMissing } from './glue-error.js';

/** Rejects PATCH and DELETE on a collection: they require the id of one resource. */
@ApiExcludeController()
@Access('public', { api: 'glue' })
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
