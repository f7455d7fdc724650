import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOkResponse } from '@nestjs/swagger';
import { invalid } from '../common/failure.js';
import { CustomerDto, type PagingQueryDto } from './customers.dto.js';

/** The vendor's size of a page of customers. */
const PAGE_SIZE = 60;

/** Which rows a page shows. @throws Failure `invalid_input` for a number without a size, as the vendor has it */
export function pageOf({ pageNumber, pageSize }: PagingQueryDto): { offset: number; limit: number } {
  if (pageNumber !== undefined && pageSize === undefined) {
    throw invalid('pageSize', 'pageSize is needed with pageNumber');
  }
  const limit = pageSize ?? PAGE_SIZE;
  return { offset: ((pageNumber ?? 1) - 1) * limit, limit };
}

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
  );
}
