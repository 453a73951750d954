/** Ends a run that injected faults into the SDK with one line of their counts. */
import type { Reporter, TestCase } from 'vitest/node';
import { Tally } from './fault-table.ts';

// biome-ignore lint/style/noDefaultExport: vitest loads a reporter by its default export.
export default class FaultTableReporter implements Reporter {
  readonly #tally = new Tally();
  #hasCounts = false;

  onTestCaseResult(test: TestCase): void {
    const { faultCounts } = test.meta();
    if (faultCounts === undefined) return;
    this.#hasCounts = true;
    this.#tally.add(faultCounts);
  }

  onTestRunEnd(): void {
    if (this.#hasCounts) process.stdout.write(`\nSDK ${this.#tally}\n`);
  }
}
