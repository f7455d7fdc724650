import { Controller, Get, Headers, Query, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiServiceUnavailableResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { pageOf } from '../emporix/paging.dto.js';
import { PAGE_SIZE } from '../employee/paging.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import { AuditEntryDto, AuditQueryDto, filterOf } from './audit.dto.js';
import { AuditService } from './audit.service.js';

/** Newline-delimited JSON: one entry per line. */
const NDJSON = 'application/x-ndjson';

@ApiTags('admin')
@Access('staff', { scopes: ['foyer.admin'] })
@ApiExtraModels(AuditEntryDto)
@Controller('admin/:tenant/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  /**
   * Lists actions on customers and on the tenant, newest first
   *
   * @remarks
   * Contains the actions of employees, services and operators, and the security events of customers. With the header
   * `Accept: application/x-ndjson`, the response contains all entries that match, one per line, and `pageNumber` and
   * `pageSize` are ignored. A caller can load one such response at a time.
   *
   * The database rejects changes to entries. The security events of customers are deleted after 180 days, and with the
   * customer. All other entries are kept. New types of actions may be added: ignore unknown types.
   */
  @Get()
  @ApiOkResponse({
    description: 'A page of entries, or all entries as NDJSON.',
    content: {
      'application/json': { schema: { type: 'array', items: { $ref: getSchemaPath(AuditEntryDto) } } },
      [NDJSON]: { schema: { $ref: getSchemaPath(AuditEntryDto) } },
    },
  })
  @ApiServiceUnavailableResponse({
    description: 'Too many entries are being sent. Try again later.',
    type: ErrorMessageDto,
  })
  async listAudit(
    @CalledBy('id') caller: string,
    @Query() query: AuditQueryDto,
    @Headers('accept') accept = '',
  ): Promise<AuditEntryDto[] | StreamableFile> {
    if (accept.includes(NDJSON)) {
      const lines = this.audit.stream(filterOf(query), caller, (entry) => JSON.stringify(AuditEntryDto.of(entry)));
      return new StreamableFile(lines, { type: NDJSON });
    }
    const entries = await this.audit.list(filterOf(query), pageOf(query, PAGE_SIZE));
    return entries.map((entry) => AuditEntryDto.of(entry));
  }
}
