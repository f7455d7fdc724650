import { Failure } from '../common/failure.js';

/** The seconds after which a client may try again. */
const RETRY_SECONDS = 5;

/**
 * Limits the exports that a process sends at once. A customer has one of them, and a tenant at most `perTenant`, so
 * that no tenant takes all of them.
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
  take(tenant: string, customerId: string): () => void {
    const ofTenant = this.taken.get(tenant) ?? new Set<string>();
    if (this.size >= this.total || ofTenant.size >= this.perTenant || ofTenant.has(customerId)) {
      throw new Failure('overloaded', { facts: { seconds: String(RETRY_SECONDS) } });
    }
    this.taken.set(tenant, ofTenant.add(customerId));
    this.size++;
    return () => this.free(tenant, customerId);
  }

  private free(tenant: string, customerId: string): void {
    const ofTenant = this.taken.get(tenant);
    if (!ofTenant?.delete(customerId)) return;
    this.size--;
    if (ofTenant.size === 0) this.taken.delete(tenant);
  }
}
