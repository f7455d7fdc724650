/** Ends what was begun, the latest first, whatever happens in between: an error, or Ctrl-C. */
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

  /** Register before waiting for what is begun. After the end has begun, the step is taken at once. */
  later(step: () => Promise<unknown>): void {
    if (this.started) void step().catch(console.error);
    else this.steps.push(step);
  }

  run(): Promise<void> {
    return (this.running ??= this.takeSteps());
  }

  private async takeSteps(): Promise<void> {
    for (const step of this.steps.reverse()) await step().catch(console.error);
  }
}
