import { Type } from 'class-transformer';
import { IsInt, Max, Min } from 'class-validator';
import { invalid } from './failure.js';
import { Integer, MayBeAbsent } from './validation.js';

export class PagingQueryDto {
  /** The first is 1. Needs `pageSize`. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  @Integer()
  pageNumber?: number;
  /** Without it 60. */
  @MayBeAbsent()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1000)
  @Integer()
  pageSize?: number;
}

/**
 * Which rows a page shows.
 *
 * @param standard how many, where the query says none
 * @param most how many, where a row is large
 * @throws Failure `invalid_input` for a number without a size, as the vendor has it, and for a size above `most`
 */
export function pageOf(
  { pageNumber, pageSize }: PagingQueryDto,
  standard: number,
  most?: number,
): { offset: number; limit: number } {
  if (pageNumber !== undefined && pageSize === undefined) {
    throw invalid('pageSize', 'pageSize is needed with pageNumber');
  }
  const limit = pageSize ?? standard;
  if (most !== undefined && limit > most) {
    throw invalid('pageSize', `pageSize must be no more than ${most} with this expand`);
  }
  return { offset: ((pageNumber ?? 1) - 1) * limit, limit };
}
