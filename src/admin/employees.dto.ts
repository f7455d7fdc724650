import { PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { IsEmailAddress, MayBeAbsent } from '../common/validation.js';
import type { Employee } from '../employee/employee.entity.js';
import { IsNewPassword } from '../tenants/new-password.js';

/** Whoever logs in with them at `POST /oauth/token`, with `grant_type=password`. */
export class NewEmployeeDto {
  /**
   * The login e-mail; one employee of the tenant has it.
   * @example grace@acme.example
   */
  @IsEmailAddress()
  email!: string;
  /**
   * It never comes out again.
   * @example password123
   */
  @IsNewPassword()
  password!: string;
  /** `viewer` reads customers, `support` changes and acts for them, `admin` does everything. */
  @IsIn(['viewer', 'support', 'admin'])
  role!: 'viewer' | 'support' | 'admin';
  /** May log in; so does who is made without it. `false` ends all tokens at once. */
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
}

/** What is not sent stays. */
export class EmployeeChangesDto extends PartialType(NewEmployeeDto, { skipNullProperties: false }) {}

export class EmployeeDto {
  /** @example 7d3f5c2e-30a1-4c6b-9d7c-0a4f2f1c8f11 */
  id!: string;
  /** @example grace@acme.example */
  email!: string;
  role!: 'viewer' | 'support' | 'admin';
  active!: boolean;
  createdAt!: Date;

  static of({ id, email, role, active, createdAt }: Employee): EmployeeDto {
    return { id, email, role, active, createdAt };
  }
}
