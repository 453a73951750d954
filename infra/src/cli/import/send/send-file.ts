/**
 * Sends a file that was hashed before: reads it again and captures its events. Lines are decided one by one. Only a fault
 * that makes every line unreadable (a missing column, a damaged file) ends the run.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { ConfigError } from '@dataloaf/core/errors';
import type { CliPorts } from '../../command.ts';
import { UnreachableError } from '../../errors.ts';
import type { Target } from '../../target.ts';
import { LineSplitter } from '../read/line-splitter.ts';
import { makeReader } from '../read/make-reader.ts';
import { hasOwnIds, type Mapping } from '../read/mapping.ts';
import type { Outcome, Reject } from '../read/outcome.ts';
import type { Scan } from '../read/scan.ts';
import type { Source } from '../read/source.ts';
import { type DecidePorts, decide } from './decide.ts';
import { importHash, makeIds } from './event-id.ts';
import { Notices } from './notices.ts';
import { probe } from './probe.ts';
import { type ProgressState, startProgress } from './progress.ts';
import { RejectLog } from './reject-log.ts';
import { Sender } from './sender.ts';
import { outcomeOf, type Summary } from './summary.ts';

export interface SendFileOptions {
  readonly source: Source;
  readonly scan: Scan;
  readonly mapping: Mapping;
  readonly target: Target;
  readonly patienceMs: number;
}

/** `signal` aborted: end soon and keep the captured events. */
export type SendFilePorts = Pick<CliPorts, 'printer' | 'signal'>;

/** @throws ConfigError, and UnreachableError when nothing was sent */
export async function sendFile(options: SendFileOptions, ports: SendFilePorts): Promise<Summary> {
  await probe(options.target, { patienceMs: options.patienceMs, signal: ports.signal });
  const run = new Run(options, ports);
  const stopProgress = startProgress(ports.printer, () => run.progress());
  try {
    return await run.complete();
  } finally {
    stopProgress();
  }
}

class Run {
  readonly #options: SendFileOptions;
  readonly #ports: SendFilePorts;
  readonly #rejects: RejectLog;
  readonly #decide: DecidePorts;
  readonly #sender: Sender;
  readonly #startedAt = performance.now();
  #bytesRead = 0;
  #lines = 0;
  #dropped = 0;

  constructor(options: SendFileOptions, ports: SendFilePorts) {
    const { source, scan, mapping, target, patienceMs } = options;
    this.#options = options;
    this.#ports = ports;
    const name = `${source.name}-${importHash(scan.contentHash, mapping, scan.format).slice(0, 8)}.ndjson`;
    this.#rejects = new RejectLog(join(target.stateDir, 'import-rejected', name));
    this.#decide = { ids: makeIds(mapping, scan), notices: new Notices() };
    this.#sender = new Sender(
      { target, journal: join(target.stateDir, 'import-journal'), patienceMs },
      { ids: this.#decide.ids, onReject: (reject) => this.#onReject(reject), signal: ports.signal },
    );
  }

  progress(): ProgressState {
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
      this.#ports.printer.fail(error.message, error.hint);
      return summary;
    }
  }

  /** A reject of an event that the SDK had taken. */
  #onReject(reject: Reject): void {
    // A reject without a line belongs to another import, whose journal was left over. The file's own ids do not show that.
    const isOurs = reject.line !== null || hasOwnIds(this.#options.mapping);
    if (this.#rejects.add(reject) && isOurs) this.#dropped += 1;
  }

  async #end(state: Summary['state']): Promise<Summary> {
    await this.#sender.close();
    this.#rejects.close();
    return this.#summary(this.#ports.signal.aborted ? 'interrupted' : state);
  }

  async #sendAll(): Promise<void> {
    const { source, scan, mapping } = this.#options;
    const reader = makeReader(scan.format, mapping);
    const splitter = new LineSplitter();
    const hash = createHash('sha256');
    for await (const chunk of source.chunks()) {
      hash.update(chunk);
      await this.#act(reader.push(splitter.push(chunk)));
      this.#bytesRead += chunk.length;
      if (this.#ports.signal.aborted) return;
    }
    await this.#act(reader.push(splitter.end()));
    await this.#act(reader.end());
    assertUnchanged(scan.contentHash, hash.digest('hex'), source.name);
  }

  async #act(outcomes: readonly Outcome[]): Promise<void> {
    for (const outcome of outcomes) {
      if (this.#ports.signal.aborted) return;
      // A header is no record.
      if (outcome.kind !== 'left_out' || outcome.why !== 'header_repeated') this.#lines += 1;
      const decision = decide(outcome, this.#decide);
      if (decision.kind === 'reject') this.#rejects.add(decision.reject);
      const room = decision.kind === 'send' ? this.#sender.capture(decision.event) : undefined;
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
      ...outcomeOf({ sent, pending, dropped: this.#dropped, milliseconds }),
      rejected_file: rejected === 0 ? null : this.#rejects.path,
      rejects: this.#rejects.shown,
      notices: this.#decide.notices.all,
    };
  }
}

/** The ids of the sent events derive from the content that was hashed. Other content under these ids must not go unnoticed. */
function assertUnchanged(before: string, now: string, name: string): void {
  if (before === now) return;
  throw new ConfigError('file_changed', `Expected ${name} to stay unchanged, but it changed while it was read.`, {
    hint: 'Import a copy that nothing writes to. Events already sent came from a mix of both versions; review them.',
  });
}
