import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { invalid } from '../common/failure.js';
import { Integer, MayBeAbsent } from '../common/validation.js';

export class PagingQueryDto {
  /** The number of the page, starting with 1. Requires `pageSize`. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  @Integer()
  pageNumber?: number;
  /** The number of rows per page; 60 if omitted. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  @Integer()
  pageSize?: number;
}

/**
 * The range of rows of a page.
 *
 * @param defaultSize the page size if the query contains none
 * @param maxSize the maximum page size, lower for large rows
 * @throws Failure `invalid_input` for a number without a size, as in the vendor's API, and for a size above `maxSize`
 */
export function pageOf(
  { pageNumber, pageSize }: PagingQueryDto,
  defaultSize: number,
  maxSize?: number,
): { offset: number; limit: number } {
  if (pageNumber !== undefined && pageSize === undefined) {
    throw invalid('pageSize', 'pageSize is required with pageNumber');
  }
  const limit = pageSize ?? defaultSize;
  if (maxSize !== undefined && limit > maxSize) {
    throw invalid('pageSize', `pageSize must be no more than ${maxSize} with this expand`);
  }
  return { offset: ((pageNumber ?? 1) - 1) * limit, limit };
}
