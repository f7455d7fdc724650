import { Controller, Delete, Patch } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { GlueAccess } from './access.js';

/** Rejects PATCH and DELETE where an id in the path is absent or empty, after the form of the body. */
@ApiExcludeController()
@Controller()
export class MissingIdController {
  @Patch('customers')
  @GlueAccess('public', { takes: 'customers', lacksId: true })
  updateCustomer(): void {}

  @Patch([
    'addresses',
    'customers/:customerReference/addresses',
    'customers//addresses',
    'customers//addresses/:addressId',
  ])
  @GlueAccess('public', { takes: 'addresses', lacksId: true })
  updateAddress(): void {}

  @Patch('customer-password')
  @GlueAccess('public', { takes: 'customer-password', lacksId: true })
  changePassword(): void {}

  @Patch('customer-restore-password')
  @GlueAccess('public', { takes: 'customer-restore-password', lacksId: true })
  restorePassword(): void {}

  @Delete([
    'customers',
    'addresses',
    'customers/:customerReference/addresses',
    'customers//addresses',
    'customers//addresses/:addressId',
    'refresh-tokens',
  ])
  @GlueAccess('public', { lacksId: true })
  delete(): void {}
}
