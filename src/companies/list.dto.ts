import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiServiceUnavailableResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { PagingQueryDto, pageOf } from '../common/paging.dto.js';
import { Integer } from '../common/validation.js';
import type { Found, ListPage } from './list.service.js';
import { only } from './only.js';

/** The vendor's size of a page. */
const PAGE_SIZE = 16;

/** Which properties an answer shows. */
export class FieldsQueryDto {
  /**
   * Names of properties, separated by commas; all without it.
   * @example name,type
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  fields?: string;
}

/** How a list is sorted and shown. */
export class ListQueryDto extends PagingQueryDto {
  /** Without it 16. */
  @Integer()
  override pageSize?: number;
  /**
   * `field`, `field:asc` or `field:desc`; several separated by commas.
   * @example name,metadata.createdAt:desc
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  sort?: string;
  /**
   * Names of properties, separated by commas; all without it.
   * @example name,type
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  fields?: string;
}

export class SearchBodyDto {
  /** @example name:~ABC */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string | null;
}

/** An exact value of a field, in a query. */
export function Filter(...values: string[]): PropertyDecorator {
  const among = values.length > 0 ? [IsIn(values)] : [];
  return applyDecorators(IsOptional(), IsString(), MaxLength(255), ...among);
}

/**
 * Which rows a list asks for.
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
  const texts = Object.entries(filters as Record<string, string | boolean | undefined>).map(([name, value]) => [
    name,
    value?.toString(),
  ]);
  return {
    q: q ?? '',
    filters: Object.fromEntries(texts) as Record<string, string | undefined>,
    sort,
    counted: total === 'true',
    ...pageOf({ pageNumber, pageSize }, PAGE_SIZE),
  };
}

/** Shapes a page, and counts all pages in its header. */
export function answerOf<Row, Dto extends object>(
  { rows, total }: Found<Row>,
  shape: (row: Row) => Dto,
  fields: string | undefined,
  reply: FastifyReply,
): Dto[] {
  if (total !== undefined) void reply.header('X-Total-Count', total);
  return rows.map((row) => only(shape(row), fields) as Dto);
}

/** A page of something, with the header that counts all pages. */
export function PageAnswer(type: new () => object): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'X-Total-Count',
      required: false,
      description: '`true` asks for the number on all pages.',
      schema: { type: 'boolean', default: false },
    }),
    ApiOkResponse({
      type: [type],
      headers: {
        'X-Total-Count': { description: 'How many there are on all pages, if asked for.', schema: { type: 'integer' } },
      },
    }),
    ApiServiceUnavailableResponse({ description: 'Too many regular expressions wait.', type: ErrorMessageDto }),
  );
}
