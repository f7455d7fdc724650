import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { PagingQueryDto, pageOf } from '../emporix/paging.dto.js';
import { parseQuery, parseSort } from '../emporix/query.js';
import { Integer } from '../common/validation.js';
import type { Term } from '../customers/search/terms.js';
import type { ListResult, ListPage } from './list.service.js';
import { selectFields } from '../emporix/select-fields.js';

/** The default page size of the Emporix API. */
const PAGE_SIZE = 16;

/** The properties that a response contains. */
export class FieldsQueryDto {
  /**
   * The properties to return, separated by commas; all if omitted.
   * @example id,type
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  fields?: string;
}

/** The order of a list, its page, and the properties that it contains. */
export class ListQueryDto extends PagingQueryDto {
  /** The number of rows per page; 16 if omitted. */
  @Integer()
  override pageSize?: number;
  /**
   * The order: `field`, `field:asc` or `field:desc`. Several fields are separated by colons or commas.
   * @example name,metadata.createdAt:desc
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  sort?: string;
  /**
   * The properties to return, separated by commas; all if omitted.
   * @example name,type
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  fields?: string;
}

export class SearchBodyDto {
  /**
   * Selects the legal entities that match a query. Its syntax is that of `q` of `GET /customer/{tenant}/customers`.
   * Fields: `id`, `name`, `type`, `parentId`, `accountLimit.…`, `legalInfo.…` and `metadata.…`.
   * @example name:~Acme
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string | null;
}

/** A query parameter that a field must equal. */
export function Filter(...values: string[]): PropertyDecorator {
  const among = values.length > 0 ? [IsIn(values)] : [];
  return applyDecorators(IsOptional(), IsString(), MaxLength(255), ...among);
}

/**
 * Converts the query parameters of a list to a page.
 *
 * @param total the header `X-Total-Count`
 * @throws Failure `invalid_input`
 */
export function listPageOf<Query extends ListQueryDto>(
  query: Query,
  q: string | null | undefined,
  total: string | undefined,
): ListPage {
  const { pageNumber, pageSize, sort, fields: _, ...filters } = query;
  return {
    ...pageOf({ pageNumber, pageSize }, PAGE_SIZE),
    terms: [...parseQuery(q ?? ''), ...termsOf(filters as Record<string, string | boolean | undefined>)],
    sort: parseSort(sort),
    withTotal: total === 'true',
  };
}

/** The terms of query parameters that fields must equal, in addition to `q`. */
function termsOf(filters: Record<string, string | boolean | undefined>): Term[] {
  return Object.entries(filters).flatMap(([field, value]) =>
    value === undefined
      ? []
      : [{ field, at: 0, test: { is: 'any', values: [{ text: value.toString(), quoted: true, at: 0 }] } }],
  );
}

/** Converts the rows of a page, and sets the header with the number of rows on all pages. */
export function toListResponse<Row, Dto extends object>(
  { rows, total }: ListResult<Row>,
  toDto: (row: Row) => Dto,
  fields: string | undefined,
  reply: FastifyReply,
): Dto[] {
  if (total !== undefined) void reply.header('X-Total-Count', total);
  return rows.map((row) => selectFields(toDto(row), fields) as Dto);
}

/** Documents a page of rows, with the header for the number of rows on all pages. */
export function ApiListResponse(type: new () => object): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'X-Total-Count',
      required: false,
      description: 'With `true`, the response has the header `X-Total-Count`.',
      schema: { type: 'boolean', default: false },
    }),
    ApiOkResponse({
      description: 'A page of the list.',
      type: [type],
      headers: {
        'X-Total-Count': { description: 'The number of rows on all pages, if requested.', schema: { type: 'integer' } },
      },
    }),
    ApiServiceUnavailableResponse({
      description: 'Too many searches are waiting. Try again later.',
      type: ErrorMessageDto,
    }),
  );
}
