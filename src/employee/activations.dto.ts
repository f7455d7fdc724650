import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsString, MaxLength } from 'class-validator';
import type { Failure } from '../common/failure.js';
import { Integer, Text } from '../common/validation.js';
import { errorResponse } from '../emporix/error-responses.js';
import type { Decision } from './activations.service.js';

const MAX_DECISIONS = 200;

export class ActivationsDto {
  /**
   * The numbers of up to 200 customers.
   * @example ["4711000815"]
   */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_DECISIONS)
  @IsString({ each: true })
  @MaxLength(66, { each: true })
  customerNumbers!: string[];
  /**
   * `activate` permits the customers to log in. It also applies to customers who were declined or deactivated.
   * `decline` is possible only for customers who await activation.
   */
  @IsIn(['activate', 'decline'])
  decision!: Decision;
  /**
   * Why the customers are activated or declined. The reason is stored in their history, and is not mailed.
   * @example 'The company could not be verified'
   */
  @Text(500)
  reason?: string | null;
}

export class DecisionResultDto {
  /**
   * The number of the customer.
   * @example "4711000815"
   */
  customerNumber!: string;
  /**
   * 200 (the decision applies), 404 (customer not found) or 409 (the decision is not possible).
   * @example 200
   */
  @Integer()
  code!: number;
  /** Why the decision is not possible. Absent if the decision applies. */
  message?: string;

  static of(customerNumber: string, failure: Failure | undefined): DecisionResultDto {
    if (!failure) return { customerNumber, code: 200 };
    const { status, body } = errorResponse(failure);
    if (!('status' in body)) throw failure;
    return { customerNumber, code: status, message: body.details?.[0]?.message ?? body.message };
  }
}
