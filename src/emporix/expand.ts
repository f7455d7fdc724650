/** The parts that a query such as `?expand=addresses,mixin:*` requests, separated by commas, in any order. */
export class Expand {
  private readonly parts: Set<string>;

  constructor(expand: unknown) {
    this.parts = new Set(typeof expand === 'string' ? expand.split(',').map((part) => part.trim()) : []);
  }

  get addresses(): boolean {
    return this.parts.has('addresses');
  }

  get entitiesAddresses(): boolean {
    return this.parts.has('entitiesAddresses');
  }

  mixin(name: string): boolean {
    return this.parts.has('mixin:*') || this.parts.has(`mixin:${name}`);
  }

  /** Whether at least one mixin is requested. */
  get mixins(): boolean {
    return [...this.parts].some((part) => part.startsWith('mixin:'));
  }

  /** The mixins that are requested. */
  mixinsOf(mixins: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(mixins).filter(([name]) => this.mixin(name)));
  }
}
