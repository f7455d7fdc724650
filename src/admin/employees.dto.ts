import { ApiProperty, PartialType } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import { IsEmailAddress, MayBeAbsent, Text } from '../common/validation.js';
import { type Role, roles } from '../employee/employee.entity.js';
import type { ListedEmployee } from './employees.service.js';
import { IsNewEmployeePassword } from '../tenants/new-password.js';

export class NewEmployeeDto {
  /**
   * The login e-mail. It is unique among the employees of the tenant.
   * @example grace@acme.example
   */
  @IsEmailAddress()
  email!: string;
  /**
   * The name that the history of customers shows. With null or an empty text, the employee has no name.
   * @example 'Grace Hopper'
   */
  @Text(100)
  name?: string | null;
  /**
   * A `viewer` reads customers, an `approver` also activates and declines them, `support` also updates them and acts for
   * them, `admin` has full access.
   */
  @ApiProperty({ enum: roles })
  @IsIn(roles)
  role!: Role;
  /**
   * Whether the employee may log in; `true` if omitted on creation. `false` revokes all tokens of the employee at once.
   */
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
}

/** The password that an operator sets at the command line. */
export class EmployeePasswordDto {
  @IsNewEmployeePassword()
  password!: string;
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
  /** The name that the history of customers shows. Absent if none is set. */
  name?: string;
  /**
   * A `viewer` reads customers, an `approver` also activates and declines them, `support` also updates them and acts for
   * them, `admin` has full access.
   */
  @ApiProperty({ enum: roles })
  role!: Role;
  /** Whether the employee may log in. */
  active!: boolean;
  /** Whether the employee was invited and has not set a password yet. */
  invited!: boolean;
  /** When the employee was created. */
  createdAt!: Date;

  static of({ id, email, name, role, active, passwordHash, createdAt }: ListedEmployee): EmployeeDto {
    const invited = passwordHash === null;
    return { id, email, name: name ?? undefined, role, active, invited, createdAt };
  }
}
