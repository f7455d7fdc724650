import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { CreatedDto } from '../emporix/created.dto.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access } from '../sessions/access/access.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { EmployeeChangesDto, EmployeeDto, NewEmployeeDto } from './employees.dto.js';
import { EmployeesService } from './employees.service.js';

const notFoundResponse = { description: 'Employee not found.', type: ErrorMessageDto };
const emailTaken = { description: 'Another employee has the e-mail address.', type: ErrorMessageDto };

@ApiTags('admin')
@Access('staff', { scopes: ['foyer.admin'] })
@Controller('admin/:tenant/employees')
export class EmployeesController {
  constructor(
    private readonly employees: EmployeesService,
    private readonly responses: ResponseBudget,
  ) {}

  /** Lists all employees, sorted by e-mail */
  @Get()
  @ApiReturns('The employees.')
  async listEmployees(): Promise<EmployeeDto[]> {
    const employees = await this.responses.loadAndMeasure(() => this.employees.list());
    return employees.map((employee) => EmployeeDto.of(employee));
  }

  /**
   * Creates an employee and mails an invitation
   *
   * @remarks
   * The employee sets the first password with the link in the mail. If the link has expired, the employee requests another
   * one with `POST /admin/{tenant}/password/reset`. An employee with `active: false` gets no invitation.
   */
  @Limited(limits.mail)
  @Post()
  @ApiConflictResponse(emailTaken)
  @ApiReturns('The id of the new employee.')
  @ApiBody({
    type: NewEmployeeDto,
    examples: { support: { value: { email: 'grace@acme.example', name: 'Grace Hopper', role: 'support' } } },
  })
  async createEmployee(@Body() body: NewEmployeeDto): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.employees.create(body) });
  }

  /** Returns an employee */
  @Get(':employeeId')
  @ApiNotFoundResponse(notFoundResponse)
  @ApiReturns('The employee.')
  async getEmployee(@Param('employeeId') id: string): Promise<EmployeeDto> {
    return EmployeeDto.of(await this.employees.get(id));
  }

  /**
   * Updates an employee
   *
   * @remarks
   * If `role` or `active` changes, all tokens of the employee are revoked. If `email` or `active` changes, mailed links
   * to set a password become invalid. The last active admin must keep the role and stay active.
   */
  @Patch(':employeeId')
  @ApiNotFoundResponse(notFoundResponse)
  @ApiConflictResponse(emailTaken)
  @ApiReturns('The updated employee.')
  @ApiBody({ type: EmployeeChangesDto, examples: { role: { value: { role: 'support' } } } })
  async updateEmployee(@Param('employeeId') id: string, @Body() body: EmployeeChangesDto): Promise<EmployeeDto> {
    return EmployeeDto.of(await this.employees.change(id, body));
  }

  /**
   * Deletes an employee
   *
   * @remarks
   * All tokens of the employee are revoked. The last active admin cannot be deleted.
   */
  @Delete(':employeeId')
  @HttpCode(204)
  @ApiNotFoundResponse(notFoundResponse)
  @ApiReturns('The employee is deleted.')
  async deleteEmployee(@Param('employeeId') id: string): Promise<void> {
    await this.employees.remove(id);
  }
}
