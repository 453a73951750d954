/**
 * One import: hash the content, then read it again and send what it holds. Lines are decided one by one; only what makes
 * every line unreadable (no such column, a damaged file) ends the run.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ConfigError } from '@dataloaf/core/errors';
import { UnreachableError } from '../../errors.ts';
import type { ImportTarget } from '../../local-stack.ts';
import type { Printer } from '../../printer.ts';
import { CsvReader } from '../read/csv-reader.ts';
import { LineSplitter } from '../read/line-splitter.ts';
import { type Format, importHash, type Mapping } from '../read/mapping.ts';
import { NdjsonReader } from '../read/ndjson-reader.ts';
import type { Outcome, RecordReader } from '../read/outcome.ts';
import type { Scan } from '../read/scan.ts';
import type { Source } from '../read/source.ts';
import { type EventIds, hashedIds, ownIds } from './event-id.ts';
import { probe } from './probe.ts';
import { startProgress } from './progress.ts';
import { RejectLog } from './reject-log.ts';
import { Sender } from './sender.ts';
import { outcomeOf, type Summary } from './summary.ts';

export interface ImportOptions {
  readonly source: Source;
  readonly scan: Scan;
  readonly mapping: Mapping;
  readonly target: ImportTarget;
  readonly patienceMs: number;
  readonly printer: Printer;
  /** Aborted: end soon, keep what is captured. */
  readonly signal: AbortSignal;
}

export const makeReader = (format: Format, mapping: Mapping): RecordReader =>
  format === 'csv' ? new CsvReader(mapping) : new NdjsonReader(mapping);

export const makeIds = (mapping: Mapping, scan: Scan): EventIds =>
  mapping.id === undefined ? hashedIds(importHash(scan.contentHash, mapping, scan.format)) : ownIds();

/** @throws ConfigError, UnreachableError when nothing was sent */
export async function runImport(options: ImportOptions): Promise<Summary> {
  const { target, patienceMs, signal } = options;
  await probe(target, { patienceMs, signal });
  const run = new Run(options);
  const stopProgress = startProgress(options.printer, () => run.progress());
  try {
    return await run.complete();
  } finally {
    stopProgress();
  }
}

class Run {
  readonly #options: ImportOptions;
  readonly #rejects: RejectLog;
  readonly #sender: Sender;
  readonly #startedAt = performance.now();
  #bytesRead = 0;
  #lines = 0;
  #dropped = 0;

  constructor(options: ImportOptions) {
    const { source, scan, mapping, target } = options;
    this.#options = options;
    const name = `${source.name}-${importHash(scan.contentHash, mapping, scan.format).slice(0, 8)}.ndjson`;
    this.#rejects = new RejectLog(join(target.stateDir, 'import-rejected', name));
    this.#sender = new Sender({
      target,
      journal: join(target.stateDir, 'import-journal'),
      ids: makeIds(mapping, scan),
      patienceMs: options.patienceMs,
      signal: options.signal,
      onReject: (reject) => {
        // Without a line it is of another import, whose journal was left over; with ids of the file that cannot be told.
        const isOurs = reject.line !== null || mapping.id !== undefined;
        if (this.#rejects.add(reject) && isOurs) this.#dropped += 1;
      },
    });
  }

  progress() {
    const { sent, pending } = this.#sender;
    return {
      bytesRead: this.#bytesRead,
      bytes: this.#options.scan.bytes,
      sent,
      pending,
      rejected: this.#rejects.count,
    };
  }

  async complete(): Promise<Summary> {
    try {
      await this.#sendAll();
      await this.#sender.finish();
      return await this.#end('complete');
    } catch (error) {
      const summary = await this.#end('unreachable');
      if (!(error instanceof UnreachableError)) throw error;
      this.#options.printer.fail(error.message, error.hint);
      return summary;
    }
  }

  async #end(state: Summary['state']): Promise<Summary> {
    await this.#sender.close();
    this.#rejects.close();
    return this.#summary(this.#options.signal.aborted ? 'interrupted' : state);
  }

  async #sendAll(): Promise<void> {
    const { source, scan, mapping, signal } = this.#options;
    const reader = makeReader(scan.format, mapping);
    const splitter = new LineSplitter();
    const hash = createHash('sha256');
    for await (const chunk of source.chunks()) {
      hash.update(chunk);
      await this.#decide(reader.push(splitter.push(chunk)));
      this.#bytesRead += chunk.length;
      if (signal.aborted) return;
    }
    await this.#decide(reader.push(splitter.end()));
    await this.#decide(reader.end());
    assertSame(scan.contentHash, hash.digest('hex'), source.name);
  }

  async #decide(outcomes: readonly Outcome[]): Promise<void> {
    for (const outcome of outcomes) {
      if (this.#options.signal.aborted) return;
      this.#lines += 1;
      if (outcome.kind === 'reject') {
        this.#rejects.add(outcome.reject);
        continue;
      }
      const room = this.#sender.capture(outcome.event);
      if (room !== undefined) await room;
    }
  }

  #summary(state: Summary['state']): Summary {
    const { sent, pending } = this.#sender;
    const rejected = this.#rejects.count;
    const milliseconds = performance.now() - this.#startedAt;
    return {
      file: this.#options.source.name,
      format: this.#options.scan.format,
      state,
      lines: this.#lines,
      sent,
      rejected,
      pending,
      ...outcomeOf({ lines: this.#lines, sent, pending, rejected, dropped: this.#dropped, milliseconds }),
      rejected_file: rejected === 0 ? null : this.#rejects.path,
      rejects: this.#rejects.shown,
    };
  }
}

/** The ids of what was sent are of the content that was hashed: another content under them must not pass unseen. */
function assertSame(before: string, now: string, name: string): void {
  if (before === now) return;
  throw new ConfigError('file_changed', `Expected ${name} to stay as it was, it was changed while it was read.`, {
    hint: 'Import a copy that nobody writes to. What was sent of this one belongs to no content: check it.',
  });
}
