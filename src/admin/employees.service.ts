import { randomUUID } from 'node:crypto';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { normalEmail } from '../common/email.js';
import { Failure } from '../common/failure.js';
import { isUuid } from '../common/uuid.js';
import { NewPasswords } from '../credentials/new-passwords.js';
import { hashPassword } from '../credentials/password-hash.js';
import { forUpdate, transaction, violates } from '../database/database.js';
import { collectionFull } from '../database/maximum.js';
import { EmployeeLinks } from '../employee/employee-links.js';
import { Employee, type Role } from '../employee/employee.entity.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { TenantsService } from '../tenants/tenants.service.js';

export interface NewEmployee {
  email: string;
  /** Set by an operator. Without it, the employee is invited to set one. */
  password?: string;
  /** Null or empty for none. */
  name?: string | null;
  role: Role;
  active?: boolean;
}

const LISTED_FIELDS = ['tenant', 'id', 'email', 'name', 'role', 'active', 'passwordHash', 'createdAt'] as const;

/** An employee without the fields that only a login requires. */
export type ListedEmployee = Pick<Employee, (typeof LISTED_FIELDS)[number]>;

/** The employees of a tenant and their roles. */
@Injectable()
export class EmployeesService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly sessions: SessionsService,
    private readonly newPasswords: NewPasswords,
    private readonly links: EmployeeLinks,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /** Lists all employees, sorted by e-mail. */
  async list(): Promise<ListedEmployee[]> {
    return this.em.find(Employee, {}, { fields: LISTED_FIELDS, orderBy: { email: 'asc' } });
  }

  /** @throws Failure `employee_not_found` */
  async get(id: string): Promise<Employee> {
    const employee = await this.em.findOne(Employee, { id: assertUuid(id) });
    if (!employee) throw notFound(id);
    return employee;
  }

  /** @throws Failure `employee_not_found` */
  async byEmail(email: string): Promise<Employee> {
    const employee = await this.em.findOne(Employee, { email: normalEmail(email) });
    if (!employee) throw notFound(email);
    return employee;
  }

  /**
   * Creates an employee. An active employee without a password gets an invitation by mail.
   *
   * @returns the id
   * @throws Failure `employee_email_taken`, `password_common`, `collection_full`, `mail_limit_reached`
   */
  async create({ email: given, password, name, role, active = true }: NewEmployee): Promise<string> {
    const id = randomUUID();
    const tenant = this.tenants.current;
    const email = normalEmail(given);
    if (password !== undefined) this.newPasswords.assertUncommon('password', password, email);
    if ((await this.em.count(Employee, { email })) > 0) throw emailTaken(email);
    const passwordHash = password === undefined ? null : await hashPassword(password);
    const createdAt = this.clock.now();
    await mapEmailTaken(email, () =>
      transaction(this.em, async (em) => {
        const row = { tenant, id, email, name: nameOf(name), passwordHash, role, active, createdAt };
        await em.insert(Employee, row);
        await this.history.recordForTenant('employee_created', { employee: id, to: { role, active } });
        if (active && passwordHash === null) await this.links.invite({ id, email });
      }),
    );
    this.securityLog.record('employee_created', { employee: id });
    return id;
  }

  /**
   * Updates an employee. If the role, the status or the password changes, the employee's tokens are revoked at once,
   * including those that act for customers. A mailed link to set a password becomes invalid if the employee is inactive
   * or the e-mail or the password changes.
   *
   * @throws Failure `employee_not_found`, `employee_email_taken`, `last_admin`, `password_common`
   */
  async change(id: string, { email, password, name, role, active }: Partial<NewEmployee>): Promise<Employee> {
    let passwordHash: string | undefined;
    if (password !== undefined) {
      const present = await this.get(id);
      this.newPasswords.assertUncommon('password', password, email ?? present.email);
      passwordHash = await hashPassword(password);
    }
    const endsAdminRights = active === false || (role !== undefined && role !== 'admin');
    const changed = await mapEmailTaken(email ?? '', () =>
      transaction(this.em, async (em) => {
        if (endsAdminRights) await this.assertNotLastAdmin(em, id);
        const employee = await em.findOne(Employee, { id: assertUuid(id) }, forUpdate);
        if (!employee) throw notFound(id);
        const { email: formerEmail, role: formerRole, active: wasActive } = employee;
        if (email !== undefined) employee.email = normalEmail(email);
        if (passwordHash !== undefined) employee.passwordHash = passwordHash;
        if (name !== undefined) employee.name = nameOf(name);
        employee.role = role ?? formerRole;
        employee.active = active ?? wasActive;
        const same = employee.role === formerRole && employee.active === wasActive && passwordHash === undefined;
        if (employee.email !== formerEmail || !employee.active || passwordHash !== undefined) {
          Object.assign(employee, { linkHash: null, linkExpiresAt: null });
        }
        await em.flush();
        if (!same) await this.sessions.endAllOfEmployee(id);
        await this.history.recordForTenant('employee_changed', {
          employee: id,
          fields: givenFields({ email, password, name, role, active }),
          from: { role: formerRole, active: wasActive },
          to: { role: employee.role, active: employee.active },
        });
        return employee;
      }),
    );
    this.securityLog.record('employee_changed', {
      employee: id,
      fields: givenFields({ email, password, name, role, active }),
    });
    return changed;
  }

  /** Deletes an employee, and revokes the employee's tokens. @throws Failure `employee_not_found`, `last_admin` */
  async remove(id: string): Promise<void> {
    await transaction(this.em, async (em) => {
      await this.assertNotLastAdmin(em, id);
      const removed = await em.nativeDelete(Employee, { id: assertUuid(id) });
      if (removed === 0) throw notFound(id);
      await this.sessions.endAllOfEmployee(id);
      await this.history.recordForTenant('employee_removed', { employee: id });
    });
    this.securityLog.record('employee_removed', { employee: id });
  }

  /**
   * Locks the active admins. If two admins remove each other concurrently, the second request finds only one left.
   *
   * @throws Failure `last_admin` when this is the only active admin
   */
  private async assertNotLastAdmin(em: EntityManager, id: string): Promise<void> {
    const admins = await em.find(
      Employee,
      { role: 'admin', active: true },
      { fields: ['id'], orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true },
    );
    if (admins.length === 1 && admins[0]?.id === id.toLowerCase()) throw new Failure('last_admin');
  }
}

/** Validates that an id is a UUID, because PostgreSQL fails on others. @throws Failure `employee_not_found` */
function assertUuid(id: string): string {
  if (!isUuid(id)) throw notFound(id);
  return id;
}

function nameOf(name: string | null | undefined): string | null {
  return name?.trim() || null;
}

/** The names of the fields that are given. */
function givenFields(changes: Partial<NewEmployee>): string[] {
  return Object.entries(changes).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

function notFound(employee: string): Failure {
  return new Failure('employee_not_found', { facts: { employee } });
}

/** @throws Failure `employee_email_taken` */
async function mapEmailTaken<T>(email: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!violates(error, 'employees_one_email')) throw collectionFull(error) ?? error;
    throw emailTaken(email, error);
  }
}

function emailTaken(email: string, cause?: unknown): Failure {
  return new Failure('employee_email_taken', { cause, facts: { email: normalEmail(email) } });
}
