import { Body, Controller, Get, Header, HttpCode, Post, Query, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access } from '../sessions/access/access.js';
import type { LoggedInTestCustomer, TestFacts, TestMail } from './start-foyer.cjs';
import { LocalPagesGuard } from './local-pages.guard.js';
import { TestClock } from './test-clock.js';
import { TestCustomers } from './test-customers.js';
import { TestTenant } from './test-tenant.js';
import { TestMails } from './test-mails.js';
import { ClockDto, NewTestCustomerDto, NextMailQueryDto } from './testing.dto.js';

/** The time of the service. */
interface Time {
  now: string;
}

/** An error message in the form of the Emporix API. */
interface MailNotFound {
  status: 404;
  type: 'resource_not_found';
  message: string;
}

/** The routes for tests of storefronts (docs/testing.md). They require no token, and exist only in the mode `test`. */
@ApiExcludeController()
@Access('public')
@UseGuards(LocalPagesGuard)
@Controller('testing')
export class TestingController {
  /** Settles when the reset or the move of the clock that was requested last is complete. */
  private lastChange: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly testTenant: TestTenant,
    private readonly clock: TestClock,
    private readonly customers: TestCustomers,
    private readonly mails: TestMails,
  ) {}

  /** Returns the tenant with its customers, employees and tokens */
  @Get()
  @Header('Cache-Control', 'no-store')
  facts(): TestFacts {
    return this.testTenant.facts;
  }

  /** Restores the state after the start, and returns new tokens */
  @Post('reset')
  @HttpCode(200)
  async reset(): Promise<TestFacts> {
    return this.inTurn(() => this.testTenant.reset());
  }

  /** Returns the time of the service */
  @Get('clock')
  @Header('Cache-Control', 'no-store')
  time(): Time {
    return { now: this.clock.now.toISOString() };
  }

  /** Moves the clock forward, and runs the jobs that have become due */
  @Post('clock')
  @HttpCode(200)
  async advance(@Body() { by }: ClockDto): Promise<Time> {
    return this.inTurn(async () => ({ now: (await this.clock.advance(by)).toISOString() }));
  }

  /** Returns the oldest mail to an address that has not been returned yet */
  @Get('mails/next')
  @Header('Cache-Control', 'no-store')
  async nextMail(
    @Query() { to, kind, timeoutSeconds }: NextMailQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TestMail | MailNotFound> {
    const closed = new AbortController();
    reply.raw.once('close', () => closed.abort());
    const mail = await this.mails.next(to, kind, timeoutSeconds, closed.signal);
    if (mail) return mail;
    void reply.status(404);
    const message = `No ${kind ? `mail of the kind ${kind}` : 'mail'} to ${to} arrived within ${timeoutSeconds} s.`;
    return { status: 404, type: 'resource_not_found', message };
  }

  /** Creates a customer who is active and logged in */
  @Post('customers')
  async createCustomer(@Body() customer: NewTestCustomerDto): Promise<LoggedInTestCustomer> {
    await this.testTenant.enterTenant();
    return this.customers.create(customer, this.testTenant.facts.storefrontClientId);
  }

  /**
   * Runs resets and moves of the clock one after the other. Otherwise, two resets would insert the same rows, and a job
   * that became due before a reset could run on the restored rows.
   */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.lastChange.then(work);
    this.lastChange = result.catch(() => undefined);
    return result;
  }
}
