import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length, MaxLength } from 'class-validator';
import { IsEmailAddress } from '../common/validation.js';
import { IsNewEmployeePassword } from '../tenants/new-password.js';
import { type Employee, type Role, roles } from '../employee/employee.entity.js';

export class OwnAccountDto {
  /**
   * The id of the employee.
   * @example 7d3f5c2e-30a1-4c6b-9d7c-0a4f2f1c8f11
   */
  id!: string;
  /**
   * The name of the employee; the login e-mail if there is no name.
   * @example grace@acme.example
   */
  name!: string;
  /**
   * The login e-mail.
   * @example grace@acme.example
   */
  email!: string;
  /** The role of the employee. */
  @ApiProperty({ enum: roles })
  role!: Role;
  /**
   * The scopes of the access token.
   * @example ["customer.customer_read", "customer.customer_manage"]
   */
  scopes!: string[];
  /**
   * The page of the shop that accepts the token of a customer in place of `{token}`. It is the tenant setting
   * `backoffice.actForLink`; absent if that is empty.
   * @example https://acme.example/act#token={token}
   */
  actForLink?: string;

  static of({ id, email, name, role }: Employee, scopes: string[], actForLink: string): OwnAccountDto {
    return { id, name: name ?? email, email, role, scopes, ...(actForLink && { actForLink }) };
  }
}

export class EmployeePasswordChangeDto {
  /** The current password. */
  @IsString()
  @MaxLength(1024)
  currentPassword!: string;
  /**
   * The new password: 15 to 128 characters, or more than 15 if the tenant's password policy requires it. It must not be
   * common or easy to guess.
   * @example violet-harbour-ladder-42
   */
  @IsNewEmployeePassword()
  newPassword!: string;
}

export class EmployeeResetRequestDto {
  /**
   * The login e-mail of the employee.
   * @example grace@acme.example
   */
  @IsEmailAddress()
  email!: string;
}

export class EmployeeResetDto {
  /** The token from the mail. */
  @IsString()
  @Length(1, 200)
  token!: string;
  /**
   * The new password: 15 to 128 characters, or more than 15 if the tenant's password policy requires it. It must not be
   * common or easy to guess.
   * @example violet-harbour-ladder-42
   */
  @IsNewEmployeePassword()
  password!: string;
}
