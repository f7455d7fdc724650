import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiServiceUnavailableResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { CustomerDto } from './customers.dto.js';

/** The vendor's default page size for lists of customers. */
export const PAGE_SIZE = 60;
/** The maximum page size if addresses or mixins are expanded. */
export const MAX_EXPANDED_PAGE_SIZE = 100;

/**
 * Documents a page of customers and its count headers.
 *
 * @param csv whether the list is also available as a CSV file
 */
export function ApiCustomerList({ csv = false } = {}): MethodDecorator {
  const page = { schema: { type: 'array', items: { $ref: getSchemaPath(CustomerDto) } } };
  return applyDecorators(
    ApiExtraModels(CustomerDto),
    ApiHeader({
      name: 'X-Total-Count',
      required: false,
      description: 'With `true`, the response has the header `X-Total-Count`.',
    }),
    ApiOkResponse({
      description: 'A page of customers. Empty properties are omitted.',
      content: {
        'application/json': page,
        ...(csv && { 'text/csv': { schema: { type: 'string' } } }),
      },
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
