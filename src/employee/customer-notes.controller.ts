import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { NewNoteDto, NoteDto } from './customer-notes.dto.js';
import { CustomerNotesService } from './customer-notes.service.js';

@ApiTags('employee')
@Controller('customer/:tenant/customers/:customerNumber/notes')
export class CustomerNotesController {
  constructor(private readonly notes: CustomerNotesService) {}

  /** Lists the notes about a customer, newest first */
  @Get()
  @Access('staff', { scopes: ['customer.customer_read'] })
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  @ApiReturns('The notes, at most 100.')
  async listCustomerNotes(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
  ): Promise<NoteDto[]> {
    return (await this.notes.list(customerNumber, reach)).map((note) => NoteDto.of(note));
  }

  /**
   * Adds a note about a customer
   *
   * @remarks
   * A customer has at most 100 notes. The customer's export contains them, and they are deleted with the customer. The
   * customer's history contains the author, but not the text.
   */
  @Post()
  @Access('staff', { scopes: ['customer.customer_manage'] })
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  @ApiReturns('The new note.')
  @ApiBody({ type: NewNoteDto, examples: { note: { value: { text: 'Asked by telephone for an invoice.' } } } })
  async addCustomerNote(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
    @Body() { text }: NewNoteDto,
  ): Promise<NoteDto> {
    return NoteDto.of(await this.notes.add(customerNumber, text, reach));
  }

  /** Deletes a note about a customer */
  @Delete(':noteId')
  @HttpCode(204)
  @Access('staff', { scopes: ['customer.customer_manage'] })
  @ApiNotFoundResponse({ description: 'Customer or note not found.', type: ErrorMessageDto })
  @ApiReturns('The note is deleted.')
  async removeCustomerNote(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
    @Param('noteId') noteId: string,
  ): Promise<void> {
    await this.notes.remove(customerNumber, noteId, reach);
  }
}
