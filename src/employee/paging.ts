import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { CustomerDto } from './customers.dto.js';

/** The vendor's default page size for customers. */
export const PAGE_SIZE = 60;
/** The maximum page size if addresses or mixins are expanded. */
export const MOST_EXPANDED = 100;

/** Documents a page of customers and its count headers. */
export function ListAnswer(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'X-Total-Count',
      required: false,
      description: 'With `true`, the response has the header `X-Total-Count`.',
    }),
    ApiOkResponse({
      description: 'A page of customers. Empty fields are omitted.',
      type: [CustomerDto],
      headers: {
        Count: { description: 'The number of customers on this page.', schema: { type: 'integer' } },
        'X-Total-Count': {
          description: 'The number of customers on all pages, if requested.',
          schema: { type: 'integer' },
        },
      },
    }),
    ApiServiceUnavailableResponse({
      description: 'Too many searches are waiting. Try again later.',
      type: ErrorMessageDto,
    }),
  );
}
