import { Failure } from '../common/failure.js';

/** The maximum work that waits, in milliseconds at the measured capacity. Further work is rejected. */
const MAX_QUEUED_MILLISECONDS = 2000;

/**
 * The minimum number of places in the queue, however slow the process is. With fewer, a full queue could hold one piece
 * of work of each client, and a flood could not be distinguished from other clients.
 */
const MIN_PLACES = 32;

/**
 * The longest wait, in milliseconds. A fair share starts far earlier, even if the process is slow for another reason.
 */
const MAX_WAIT_MILLISECONDS = 10_000;

/** The weight of a new measurement in the moving average. */
const SMOOTHING = 20;

/** The client that requests the work. The queue is fair between tenants and between network addresses. */
export interface HashCaller {
  /** An existing tenant: a request that names an unknown tenant must never reach the queue. */
  tenant: string;
  address: string;
}

export interface HashQueueOptions {
  /** The maximum amount of work that runs at the same time, at least 1; it is read before each start. */
  concurrency: () => number;
  /** The duration of one piece of work, in milliseconds, until it has been measured. */
  average: number;
  /** The maximum number of results that are released together; 1 releases each at once. */
  batchSize: number;
  /** In milliseconds. Work that waits longer is rejected. */
  maxWait?: number;
}

interface Waiting {
  start: () => void;
  reject: (error: Failure) => void;
  timeout: NodeJS.Timeout;
}

/** The share of a tenant, or of a network address over all tenants, in the queue. */
interface Share {
  pending: number;
  /**
   * When its work was last started, as a count of starts. A new share takes the place before the latest start: it comes
   * before the client that was just served, and after those that have waited longer.
   */
  servedAt: number;
}

/** The waiting work of one network address at one tenant, oldest first. */
interface Flow {
  key: string;
  caller: HashCaller;
  tenant: Share;
  address: Share;
  waiting: Waiting[];
  servedAt: number;
}

/**
 * A fair, bounded queue for work that occupies a processor core.
 *
 * Work starts in the order of a round robin: alternately by tenant and then by network address, and by network address
 * over all tenants. The first order keeps one tenant's many addresses from delaying the other tenants, the second keeps
 * one address from gaining by naming many tenants. A full queue rejects the newest work of the network address with the
 * most work, at the tenant with the most work, so a flood displaces only itself.
 */
export class HashQueue {
  private readonly flows = new Map<string, Flow>();
  private readonly tenants = new Map<string, Share>();
  private readonly addresses = new Map<string, Share>();
  private readonly concurrency: () => number;
  private readonly batchSize: number;
  private readonly maxWait: number;
  /** Results that wait for the rest of their batch. */
  private readonly batch: (() => void)[] = [];
  private average: number;
  private measured = 1;
  private running = 0;
  private pending = 0;
  private starts = 0;
  private byTenant = false;

  constructor(options: HashQueueOptions) {
    const { concurrency, average, batchSize, maxWait = MAX_WAIT_MILLISECONDS } = options;
    this.concurrency = concurrency;
    this.average = average;
    this.batchSize = batchSize;
    this.maxWait = maxWait;
  }

  /**
   * @throws Failure `overloaded` when the queue is full and most of it belongs to the caller, or when the wait is too
   * long
   */
  async run<T>(caller: HashCaller, work: () => Promise<T>): Promise<T> {
    if (this.running < this.concurrency()) this.running++;
    else await this.wait(caller);
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.measured = Math.min(this.measured + 1, SMOOTHING);
      this.average += (performance.now() - start - this.average) / this.measured;
      this.running--;
      this.startNext();
      await this.completeInBatch(caller);
    }
  }

  /** How much work may wait. */
  private get limit(): number {
    return Math.max(MIN_PLACES, (MAX_QUEUED_MILLISECONDS * this.concurrency()) / this.average);
  }

  private wait(caller: HashCaller): Promise<void> {
    return new Promise((start, reject) => {
      const flow = this.flowOf(caller);
      const timeout = setTimeout(() => this.reject(flow, waiting), this.maxWait).unref();
      const waiting: Waiting = { start, reject, timeout };
      flow.waiting.push(waiting);
      flow.tenant.pending++;
      flow.address.pending++;
      this.pending++;
      while (this.pending > this.limit) this.rejectNewest(this.heaviest(flow));
    });
  }

  private startNext(): void {
    while (this.running < this.concurrency()) {
      const flow = this.nextFlow();
      const [waiting] = flow?.waiting ?? [];
      if (!flow || !waiting) return;
      flow.servedAt = flow.tenant.servedAt = flow.address.servedAt = ++this.starts;
      this.running++;
      this.remove(flow, waiting);
      waiting.start();
    }
  }

  /**
   * The flow whose tenant, or in every other call whose network address, has waited the longest since it was served.
   */
  private nextFlow(): Flow | undefined {
    this.byTenant = !this.byTenant;
    const share = this.byTenant ? 'tenant' : 'address';
    let next: Flow | undefined;
    for (const flow of this.flows.values()) {
      const difference = next ? flow[share].servedAt - next[share].servedAt || flow.servedAt - next.servedAt : -1;
      if (difference < 0) next = flow;
    }
    return next;
  }

  /** The flow of the tenant with the most waiting work, and there of the network address with the most of it. */
  private heaviest(arrived: Flow): Flow {
    let heaviest = arrived;
    for (const flow of this.flows.values()) {
      const difference =
        flow.tenant.pending - heaviest.tenant.pending ||
        flow.address.pending - heaviest.address.pending ||
        flow.waiting.length - heaviest.waiting.length;
      if (difference > 0) heaviest = flow;
    }
    return heaviest;
  }

  private rejectNewest(flow: Flow): void {
    const waiting = flow.waiting.at(-1);
    if (waiting) this.reject(flow, waiting);
  }

  private reject(flow: Flow, waiting: Waiting): void {
    this.remove(flow, waiting);
    this.releaseBatch();
    waiting.reject(new Failure('overloaded', { facts: { seconds: String(MAX_QUEUED_MILLISECONDS / 1000) } }));
  }

  private flowOf(caller: HashCaller): Flow {
    const key = keyOf(caller);
    let flow = this.flows.get(key);
    if (!flow) {
      const [tenant, address] = [
        this.shareOf(this.tenants, caller.tenant),
        this.shareOf(this.addresses, caller.address),
      ];
      flow = { key, caller, tenant, address, waiting: [], servedAt: this.starts - 1 };
      this.flows.set(key, flow);
    }
    return flow;
  }

  private shareOf(shares: Map<string, Share>, name: string): Share {
    let share = shares.get(name);
    if (!share) shares.set(name, (share = { pending: 0, servedAt: this.starts - 1 }));
    return share;
  }

  /** An empty flow is removed, so the maps are never larger than the queue. */
  private remove(flow: Flow, waiting: Waiting): void {
    const { key, caller, tenant, address } = flow;
    clearTimeout(waiting.timeout);
    flow.waiting.splice(flow.waiting.indexOf(waiting), 1);
    this.pending--;
    if (flow.waiting.length === 0) this.flows.delete(key);
    if (--tenant.pending === 0) this.tenants.delete(caller.tenant);
    if (--address.pending === 0) this.addresses.delete(caller.address);
  }

  /**
   * Waits for the rest of a batch, which is no larger than the number that still waits in the queue. A caller with
   * nothing else in the queue does not wait: batches are for clients that send many requests at the same time.
   */
  private async completeInBatch(caller: HashCaller): Promise<void> {
    const sendsMore = this.flows.has(keyOf(caller));
    const released = sendsMore ? new Promise<void>((resolve) => this.batch.push(resolve)) : undefined;
    this.releaseBatch();
    await released;
  }

  private releaseBatch(): void {
    if (this.batch.length < Math.min(this.batchSize, this.pending)) return;
    for (const release of this.batch.splice(0)) release();
  }
}

function keyOf({ tenant, address }: HashCaller): string {
  return `${tenant} ${address}`;
}
