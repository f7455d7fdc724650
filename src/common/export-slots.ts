import { Failure } from './failure.js';

/** The seconds after which a client may try again. */
const RETRY_SECONDS = 5;

/**
 * Limits the exports that a process sends at once. A subject, such as a customer, has one of them, and a tenant at most
 * `perTenant`, so that no tenant takes all of them.
 */
export class ExportSlots {
  private readonly taken = new Map<string, Set<string>>();
  private size = 0;

  constructor(
    private readonly total = 20,
    private readonly perTenant = 5,
  ) {}

  /**
   * @returns a function that frees the slot; it may be called twice
   * @throws Failure `overloaded`, with the seconds after which a client may try again
   */
  take(tenant: string, subject: string): () => void {
    const ofTenant = this.taken.get(tenant) ?? new Set<string>();
    if (this.size >= this.total || ofTenant.size >= this.perTenant || ofTenant.has(subject)) {
      throw new Failure('overloaded', { facts: { seconds: String(RETRY_SECONDS) } });
    }
    this.taken.set(tenant, ofTenant.add(subject));
    this.size++;
    return () => this.free(tenant, subject);
  }

  private free(tenant: string, subject: string): void {
    const ofTenant = this.taken.get(tenant);
    if (!ofTenant?.delete(subject)) return;
    this.size--;
    if (ofTenant.size === 0) this.taken.delete(tenant);
  }
}
