import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { CustomerDto } from './customers.dto.js';

/** The vendor's size of a page of customers. */
export const PAGE_SIZE = 60;
/** How many a page may show with their addresses or mixins. */
export const MOST_EXPANDED = 100;

/** A page of customers, with the headers that count them. */
export function ListAnswer(): MethodDecorator {
  return applyDecorators(
    ApiHeader({ name: 'X-Total-Count', required: false, description: '`true` asks for the number on all pages.' }),
    ApiOkResponse({
      type: [CustomerDto],
      headers: {
        Count: { description: 'How many customers this page has.', schema: { type: 'integer' } },
        'X-Total-Count': { description: 'How many there are on all pages, if asked for.', schema: { type: 'integer' } },
      },
    }),
    ApiServiceUnavailableResponse({ description: 'Too many regular expressions wait.', type: ErrorMessageDto }),
  );
}
