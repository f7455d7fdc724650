import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { CreatedDto } from '../common/created.dto.js';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Access } from '../sessions/access.js';
import { EmployeeChangesDto, EmployeeDto, NewEmployeeDto } from './employees.dto.js';
import { EmployeesService } from './employees.service.js';

const notFound = { description: 'No such employee.', type: ErrorMessageDto };
const taken = { description: 'Another employee has the e-mail.', type: ErrorMessageDto };

@ApiTags('admin')
@Access('staff', { scopes: ['foyer.admin'] })
@Controller('admin/:tenant/employees')
export class EmployeesController {
  constructor(private readonly employees: EmployeesService) {}

  /** All employees, by e-mail. */
  @Get()
  async list(): Promise<EmployeeDto[]> {
    const employees = await this.employees.list();
    return employees.map((employee) => EmployeeDto.of(employee));
  }

  /** Makes an employee. */
  @Post()
  @ApiConflictResponse(taken)
  async create(@Body() body: NewEmployeeDto): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.employees.create(body) });
  }

  /** One employee. */
  @Get(':employeeId')
  @ApiNotFoundResponse(notFound)
  async get(@Param('employeeId') id: string): Promise<EmployeeDto> {
    return EmployeeDto.of(await this.employees.get(id));
  }

  /** Changes an employee; another role, standing or password ends all tokens. The last active admin must stay one. */
  @Patch(':employeeId')
  @ApiNotFoundResponse(notFound)
  @ApiConflictResponse(taken)
  async change(@Param('employeeId') id: string, @Body() body: EmployeeChangesDto): Promise<EmployeeDto> {
    return EmployeeDto.of(await this.employees.change(id, body));
  }

  /** Removes an employee, and ends all tokens. The last active admin must stay. */
  @Delete(':employeeId')
  @HttpCode(204)
  @ApiNotFoundResponse(notFound)
  async remove(@Param('employeeId') id: string): Promise<void> {
    await this.employees.remove(id);
  }
}
