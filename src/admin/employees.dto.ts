import { PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { IsEmailAddress, MayBeAbsent } from '../common/validation.js';
import type { Employee } from '../employee/employee.entity.js';
import { IsNewPassword } from '../tenants/new-password.js';

/** An employee logs in with these credentials at `POST /oauth/token`, with `grant_type=password`. */
export class NewEmployeeDto {
  /**
   * The login e-mail. It is unique among the employees of the tenant.
   * @example grace@acme.example
   */
  @IsEmailAddress()
  email!: string;
  /**
   * The password: 6 to 128 characters, or as the tenant's password policy requires if the tenant is `strict`.
   * @example password123
   */
  @IsNewPassword()
  password!: string;
  /** A `viewer` reads customers, `support` updates them and acts for them, `admin` has full access. */
  @IsIn(['viewer', 'support', 'admin'])
  role!: 'viewer' | 'support' | 'admin';
  /** Whether the employee may log in; `true` if omitted on creation. `false` revokes all tokens at once. */
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
}

/** Omitted fields are unchanged. */
export class EmployeeChangesDto extends PartialType(NewEmployeeDto, { skipNullProperties: false }) {}

export class EmployeeDto {
  /**
   * The id of the employee.
   * @example 7d3f5c2e-30a1-4c6b-9d7c-0a4f2f1c8f11
   */
  id!: string;
  /**
   * The login e-mail.
   * @example grace@acme.example
   */
  email!: string;
  /** A `viewer` reads customers, `support` updates them and acts for them, `admin` has full access. */
  role!: 'viewer' | 'support' | 'admin';
  /** Whether the employee may log in. */
  active!: boolean;
  /** The time of the creation. */
  createdAt!: Date;

  static of({ id, email, role, active, createdAt }: Employee): EmployeeDto {
    return { id, email, role, active, createdAt };
  }
}
