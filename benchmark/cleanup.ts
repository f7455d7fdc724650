/** Runs the registered steps in reverse order: at the end, after an error, or on Ctrl-C. */
export class Cleanup {
  private readonly steps: (() => Promise<unknown>)[] = [];
  private running: Promise<void> | undefined;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => void this.run().then(() => process.exit(130)));
    }
  }

  get started(): boolean {
    return this.running !== undefined;
  }

  /** Registers a step, before the start of a resource is awaited. It runs at once if the cleanup has started. */
  register(step: () => Promise<unknown>): void {
    if (this.started) void step().catch(console.error);
    else this.steps.push(step);
  }

  run(): Promise<void> {
    return (this.running ??= this.runSteps());
  }

  private async runSteps(): Promise<void> {
    for (const step of this.steps.reverse()) await step().catch(console.error);
  }
}
