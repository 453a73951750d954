/** For test files in which a part of the stack fails: a stack whose warnings are kept, and a folder for a client's journal. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '@dataloaf/core/log';
import { afterEach, beforeEach, vi } from 'vitest';
import { startTestStack, type TestStack } from './test-stack.ts';

export interface Outage {
  readonly stack: TestStack;
  /** Folder for the journal of a client. */
  readonly journal: string;
  /** Warnings about a part of the stack, as `part: message`. */
  warnings(): readonly string[];
  /** The longest time in seconds that the stack says it waited for a part. */
  waitedSeconds(part: string): number;
  errors(): readonly string[];
}

/** A stack of its own for each test. `onStart` gets it before the test. */
export function useOutages(onStart: (outage: Outage) => void): void {
  const log = createLog({ name: 'test', level: 'silent' });
  const warn = vi.spyOn(log, 'warn');
  const error = vi.spyOn(log, 'error');
  const fields = (): readonly { waited_for?: string; seconds?: number }[] =>
    warn.mock.calls.map(([first]) => Object(first));
  let started: Outage | undefined;

  beforeEach(async () => {
    warn.mockClear();
    error.mockClear();
    started = {
      stack: await startTestStack({ log }),
      journal: mkdtempSync(join(tmpdir(), 'dataloaf-outage-')),
      warnings: () => warn.mock.calls.map(([first, message]) => `${Object(first).waited_for}: ${message}`),
      waitedSeconds: (part) =>
        Math.max(...fields().map(({ waited_for, seconds = 0 }) => (waited_for === part ? seconds : 0))),
      errors: () => error.mock.calls.map(([, message]) => String(message)),
    };
    onStart(started);
  });
  afterEach(async () => {
    await started?.stack.stop();
    if (started !== undefined) rmSync(started.journal, { recursive: true, force: true });
  });
}
