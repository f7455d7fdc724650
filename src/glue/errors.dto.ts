import { ApiPropertyOptional } from '@nestjs/swagger';
import { Integer } from '../common/validation.js';

/** The vendor's codes of errors, for programs. */
export const errorCodes = [
  '001',
  '002',
  '003',
  '004',
  '005',
  '400',
  '402',
  '404',
  '405',
  '406',
  '407',
  '408',
  '411',
  '413',
  '415',
  '417',
  '422',
  '423',
  '901',
  '1403',
  '1404',
  '1405',
  '1801',
  '1803',
  '1901',
  '1903',
  '2001',
  '2101',
  '2103',
  '4101',
  '4102',
  '4103',
  '4104',
  '4401',
  '5900',
  '5901',
  '5902',
  '5904',
  '5906',
  '5910',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** One problem of a request. */
export class ErrorDto {
  /** The vendor's code of the error. Absent if the error has none. */
  @ApiPropertyOptional({ enum: errorCodes })
  code?: ErrorCode;
  /** The HTTP status. */
  @Integer()
  status?: number;
  /** An explanation of the error, for developers. */
  detail?: string;
}

/** The form of every error of the Glue API, except those of `/token`. */
export class ErrorsDto {
  /** One entry for each problem. */
  errors?: ErrorDto[];
}
