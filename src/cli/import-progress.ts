/** Counts the rows of an import, and prints them to standard error: every second to a terminal, otherwise every ten. */
export class ImportProgress {
  imported = 0;
  updated = 0;
  present = 0;
  rejected = 0;
  /** Rows of another system that are not customers. */
  skipped = 0;
  private readonly begun = performance.now();
  private reportedAt = this.begun;

  get rows(): number {
    return this.imported + this.updated + this.present + this.rejected + this.skipped;
  }

  get seconds(): number {
    return Math.round((performance.now() - this.begun) / 100) / 10;
  }

  report(): void {
    const now = performance.now();
    if (now - this.reportedAt < (process.stderr.isTTY ? 1000 : 10_000)) return;
    this.reportedAt = now;
    this.write();
  }

  end(): void {
    if (this.rows === 0) return;
    this.write();
    if (process.stderr.isTTY) process.stderr.write('\n');
  }

  private write(): void {
    const rate = Math.round((this.rows * 1000) / (performance.now() - this.begun));
    const text = `${this.rows} rows, ${rate} a second, ${this.rejected} rejected`;
    process.stderr.write(process.stderr.isTTY ? `\r${text}\u001b[K` : `${text}\n`);
  }
}
