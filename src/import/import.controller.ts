import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { invalid } from '../common/failure.js';
import { importingReach } from '../companies/reach.js';
import { Access, CalledBy, type Caller } from '../sessions/access/access.js';
import { ImportResultDto, ImportedCustomerDto, readItems } from './import.dto.js';
import { ImportService } from './import.service.js';

const MAX_ITEMS = 200;
const TEN_MEGABYTES = 10 * 1024 * 1024;

const jack = { contactEmail: 'jack.doe@example.com', firstName: 'Jack', lastName: 'Doe' };
const judy = { contactEmail: 'judy.doe@example.com', firstName: 'Judy', lastName: 'Doe' };
const hash = 'tBRzNZ+h9FRRm8K1qzDz3aWMgyTlgBihHviEdr+9T82BEODJakLPogHkhkGKF4FGzrhFWMYh6aZ6g5XNN1pmrg==';
const legacyAuth = {
  algorithm: 'hybris-sha512-uid-salt',
  hash,
  context: { originalUid: '15TE2000007AE9TOUEILLE 61359' },
};

@ApiTags('import')
@Controller('customer/:tenant/customers/import')
export class ImportController {
  constructor(private readonly customers: ImportService) {}

  /**
   * Imports up to 200 customers with their password hashes
   *
   * @remarks
   * The customers come from another system. An invalid item does not stop the others. No mail is sent.
   */
  @Post()
  @HttpCode(207)
  @Access('staff', { scopes: ['customer.import_manage'], bodyLimit: TEN_MEGABYTES })
  @ApiExtraModels(ImportedCustomerDto)
  @ApiBody({
    schema: { type: 'array', maxItems: MAX_ITEMS, items: { $ref: getSchemaPath(ImportedCustomerDto) } },
    examples: {
      'a native hash': {
        value: [{ ...jack, account: { email: jack.contactEmail, passwordHash: '1:10000:abcdefgh:ijklmnop' } }],
      },
      'a hash of an older system': { value: [{ ...judy, account: { email: judy.contactEmail, legacyAuth } }] },
    },
  })
  @ApiResponse({
    status: 207,
    description: 'One result for each item, in the order of the items.',
    type: [ImportResultDto],
  })
  async importCustomers(@CalledBy() caller: Caller, @Body() items: unknown[]): Promise<ImportResultDto[]> {
    if (items.length > MAX_ITEMS) throw invalid('', `the body must hold no more than ${MAX_ITEMS} items`);
    const options = { assignments: importingReach(caller) };
    const outcomes = await this.customers.import(await readItems(items), caller.reach, options);
    return outcomes.map((outcome, index) => ImportResultDto.of(outcome, index));
  }
}
