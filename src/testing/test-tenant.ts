import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import type { DemoFacts } from '../demo/demo.js';
import { Employee, type Role } from '../employee/employee.entity.js';
import { LimitGuard } from '../limits/limited.js';
import { checkedSettings } from '../tenants/check-settings.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Snapshot } from './snapshot.js';
import type { TestCustomer, TestEmployee, TestFacts } from './start-foyer.cjs';
import { TestClock } from './test-clock.js';
import { TestCustomers } from './test-customers.js';
import { TestMails } from './test-mails.js';
import { TestTokens } from './test-tokens.js';

/** Seeds the tenant for the tests, and restores it. */
@Injectable()
export class TestTenant {
  private seeded?: { demo: DemoFacts; customers: TestCustomer[] };
  private loggedIn?: TestFacts;

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly snapshot: Snapshot,
    private readonly customers: TestCustomers,
    private readonly tokens: TestTokens,
    private readonly clock: TestClock,
    private readonly mails: TestMails,
    private readonly config: Config,
  ) {}

  /** The tenant, its customers and its employees, with the tokens of the start or the last reset. */
  get facts(): TestFacts {
    if (!this.loggedIn) throw new Error('The tenant is not seeded');
    return this.loggedIn;
  }

  /**
   * Adds settings and an employee of each role to the tenant of the demo. A reset restores this state.
   *
   * @throws Failure `invalid_input` for settings that are not valid
   */
  async seed(demo: DemoFacts, settings: Record<string, unknown>): Promise<void> {
    await this.tenants.enter(demo.tenant);
    for (const role of ['support', 'approver', 'viewer'] as const) await this.addEmployee(demo, role);
    await this.customers.deleteMails();
    await this.tenants.change(checkedSettings(settings));
    await this.snapshot.take();
    const customers = await Promise.all(demo.customers.map((customer) => this.customers.load(customer)));
    this.seeded = { demo, customers };
    this.loggedIn = await this.logIn(demo, customers);
  }

  /** Restores the state after `seed`, and issues new tokens. */
  async reset(): Promise<TestFacts> {
    if (!this.seeded) throw new Error('The tenant is not seeded');
    const { demo, customers } = this.seeded;
    this.mails.reset();
    await this.snapshot.restore();
    this.clock.reset();
    // The caches use the clock, so the clock is reset first.
    this.tenants.expireCache();
    LimitGuard.reset(this.config);
    await this.tenants.enter(demo.tenant);
    return (this.loggedIn = await this.logIn(demo, customers));
  }

  /** Enters the tenant for the rest of the request. */
  async enterTenant(): Promise<void> {
    await this.tenants.enter(this.facts.tenant);
  }

  /** Adds an employee who has the password of the demo's employee. */
  private async addEmployee({ tenant, employee }: DemoFacts, role: Role): Promise<void> {
    const { passwordHash } = await this.em.findOneOrFail(Employee, { email: employee.email });
    const email = emailOf(role, tenant);
    const row = { tenant, id: randomUUID(), email, name: `Sample ${role}`, passwordHash, role };
    await this.em.insert(Employee, { ...row, createdAt: this.clock.now });
  }

  private async logIn(demo: DemoFacts, customers: TestCustomer[]): Promise<TestFacts> {
    const { baseUrl: url, tenant, stores, storefrontClientId: client, serviceClientId: clientId } = demo;
    const customer = (name: string): TestCustomer => {
      const found = customers.find(({ email }) => email === emailOf(name, tenant));
      if (!found) throw new Error(`The demo has no customer ${name}`);
      return found;
    };
    const employee = async (role: Role): Promise<TestEmployee> => {
      const { email, password } = role === 'admin' ? demo.employee : { ...demo.employee, email: emailOf(role, tenant) };
      return { email, password, token: await this.tokens.forEmployee(email, role, client) };
    };
    const [ada, grace, admin, support, approver, viewer, token] = await Promise.all([
      this.customers.logIn(customer('ada'), client),
      this.customers.logIn(customer('grace'), client),
      employee('admin'),
      employee('support'),
      employee('approver'),
      employee('viewer'),
      this.tokens.forService(clientId),
    ]);
    return {
      url,
      glueUrl: url,
      tenant,
      stores,
      storefrontClientId: client,
      service: { clientId, clientSecret: demo.serviceClientSecret, token },
      customers: { ada, grace, ben: customer('ben'), cleo: customer('cleo') },
      employees: { admin, support, approver, viewer },
    };
  }
}

/** The e-mail of a customer or employee of the demo's tenant. */
function emailOf(name: string, tenant: string): string {
  return `${name}@${tenant}.example`;
}
