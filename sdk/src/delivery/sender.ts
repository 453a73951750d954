/**
 * Sends one batch until every item is decided: accepted, rejected, or put back into the journal. No item expires. Only
 * the API decides (verdict.ts). A batch that keeps failing while others succeed is split in halves. A single item that keeps failing is put back at the
 * end of the journal, so that no item keeps a segment from being deleted for ever.
 */
import type { Buffer } from 'node:buffer';
import { type RejectCode, ROUTES, type Route } from '@dataloaf/core/api';
import { DataLoafError, messageOf } from '@dataloaf/core/errors';
import pRetry from 'p-retry';
import { channels } from '../diagnostics.ts';
import type { JournalItem, JournalRecord } from '../journal/record.ts';
import type { BufferPool } from '../journal/shared-buffer.ts';
import { BATCH_FAILURES_MAX, REFUSED_PAUSE_MS, STRANGER_PAUSE_MS } from '../limits.ts';
import { runtime } from '../runtime.ts';
import { type StopSignal, sleep } from '../timing.ts';
import type { ItemKind } from '../types.ts';
import type { Batch } from './batcher.ts';
import type { Gate } from './gate.ts';
import type { Refusal } from './refusal.ts';
import { type ClockError, restamp } from './restamp.ts';
import type { Transport, WireAnswer, WireRequest } from './transport.ts';
import { type Decided, judge, type Sent, type TooLarge, type Unacceptable } from './verdict.ts';

export interface SenderPorts {
  readonly transport: Transport;
  readonly gate: Gate;
  readonly signal: StopSignal;
  readonly onRequest: () => void;
  /** A request failed and will be repeated. */
  readonly onRetry: () => void;
  readonly onBusy: (error: Error) => void;
  /** Only a person can help. Called once for each cause, until a request succeeds. */
  readonly onRefused: (error: Error, cause: string) => void;
  readonly deliver: (records: readonly JournalRecord[]) => void;
  readonly reject: (rejected: readonly RejectedRecord[]) => Promise<void>;
  /** `contentOf`: what to write instead of the item. */
  readonly requeue: (
    records: readonly JournalRecord[],
    contentOf?: (record: JournalRecord) => JournalItem,
  ) => Promise<void>;
  /** Learns the time of the API from an answer. Returns by how many milliseconds our clock is ahead. */
  readonly onDate: (dateMs: number) => number;
  /** Events were stamped by a clock that was ahead, and get the right time. */
  readonly onClockError: (error: Error) => void;
  /** Memory for request bodies. */
  readonly bodies: BufferPool;
}

export interface RejectedRecord {
  readonly record: JournalRecord;
  readonly code: string;
  readonly message: string;
}

/** The request failed, and a retry may succeed. */
class SendError extends DataLoafError {
  override readonly name: string = 'SendError';
}

/** Retries need the help of a person. */
class RefusedError extends SendError {
  override readonly name = 'RefusedError';
}

/** The clock of this machine is wrong, or was. */
class ClockAheadError extends DataLoafError {
  override readonly name = 'ClockAheadError';
}

/** The batch fails repeatedly while others succeed. */
interface Stuck {
  readonly kind: 'stuck';
}

const TOO_FAR_AHEAD: RejectCode = 'time_in_future';

type Final = Decided | TooLarge | Unacceptable | Stuck;

const TARGETS: Readonly<Record<ItemKind, { readonly route: Route; readonly list: string }>> = {
  event: { route: ROUTES.createEvents, list: 'events' },
  user: { route: ROUTES.createUsers, list: 'users' },
  update: { route: ROUTES.updateUsers, list: 'updates' },
};

export class Sender {
  readonly #ports: SenderPorts;
  /** Causes of refusals that are reported already. */
  readonly #reported = new Set<string>();

  constructor(ports: SenderPorts) {
    this.#ports = ports;
  }

  /** Rejects only when the signal has stopped. Undecided items then stay in the journal. */
  async send(batch: Batch): Promise<void> {
    const { records } = batch;
    const final = await this.#request(batch);
    const [first] = records;
    switch (final.kind) {
      case 'decided':
        return this.#apply(records, final);
      case 'stuck':
        if (first !== undefined && records.length === 1) return this.#ports.requeue(records);
        return this.#sendHalves(batch);
      case 'too_large':
        return this.#sendHalves(batch);
      case 'unacceptable':
        if (first === undefined || records.length > 1) return this.#sendHalves(batch);
        await this.#ports.reject([{ record: first, code: final.code, message: final.message }]);
    }
  }

  async #sendHalves({ kind, records }: Batch): Promise<void> {
    const middle = Math.ceil(records.length / 2);
    await this.send({ kind, records: records.slice(0, middle) });
    await this.send({ kind, records: records.slice(middle) });
  }

  async #apply(records: readonly JournalRecord[], { rejected, retry, dateMs }: Decided): Promise<void> {
    const aheadMs = dateMs === undefined ? 0 : this.#ports.onDate(dateMs);
    const undelivered = new Set([...rejected.map(({ index }) => index), ...retry]);
    this.#ports.deliver(undelivered.size === 0 ? records : records.filter((_, index) => !undelivered.has(index)));
    const refused = rejected.flatMap(({ index, code, message }) => {
      const record = records[index];
      return record === undefined ? [] : [{ record, code, message }];
    });
    const corrected = dateMs === undefined ? undefined : this.#corrected(refused, { dateMs, aheadMs });
    const final = refused.filter(({ record }) => corrected?.has(record) !== true);
    if (final.length > 0) await this.#ports.reject(final);
    if (corrected !== undefined && corrected.size > 0) {
      await this.#ports.requeue([...corrected.keys()], (record) => corrected.get(record) ?? record);
    }
    const again = records.filter((_, index) => retry.includes(index));
    if (again.length > 0) await this.#ports.requeue(again);
  }

  /** Events that are refused only because a clock was wrong, with their right time. */
  #corrected(refused: readonly RejectedRecord[], clock: ClockError): ReadonlyMap<JournalRecord, JournalItem> {
    const corrected = new Map<JournalRecord, JournalItem>();
    for (const { record, code } of refused) {
      const item = code === TOO_FAR_AHEAD ? restamp(record, clock) : undefined;
      if (item !== undefined) corrected.set(record, item);
    }
    if (corrected.size > 0) {
      const minutes = Math.round(clock.aheadMs / 60_000);
      const expected = 'Expected the clock of this machine to show the time of the API';
      const got = `it is ${minutes} minutes ahead now. Events that it stamped too far ahead get the right time`;
      this.#ports.onClockError(new ClockAheadError('clock_ahead', `${expected}, got events of the future; ${got}.`));
    }
    return corrected;
  }

  async #request({ kind, records }: Batch): Promise<Final> {
    const { route, list } = TARGETS[kind];
    const memory = this.#ports.bodies.take(bodyBytesMax(list, records));
    const body = composeBody(memory.buffer, list, records);
    const sent = { items: records.length, route: route.path };
    const final = await this.#requestUntilDecided({ method: route.method, path: route.path, body }, sent);
    // Not reached when the request is stopped: the socket may still be reading the body.
    memory.release();
    return final;
  }

  #requestUntilDecided(request: WireRequest, sent: Sent): Promise<Final> {
    const { gate, signal, onRetry, onBusy } = this.#ports;
    const successesBefore = gate.successes;
    return pRetry(
      async (attempt): Promise<Final> => {
        if (attempt > BATCH_FAILURES_MAX && gate.successes > successesBefore) return { kind: 'stuck' };
        await gate.enter();
        this.#ports.onRequest();
        return this.#judged(await this.#exchange(request, sent.items), sent);
      },
      {
        retries: Number.POSITIVE_INFINITY,
        // The pauses are ours: random and longer with each attempt, or the wait of the gate while its breaker is open.
        minTimeout: 0,
        factor: 1,
        shouldRetry: ({ error }) => error instanceof SendError,
        onFailedAttempt: async ({ error, attemptNumber }) => {
          if (!(error instanceof SendError)) return;
          onRetry();
          if (!(error instanceof RefusedError)) onBusy(error);
          if (!gate.isOpen) await sleep(gate.backoffMs(attemptNumber), signal);
        },
      },
    );
  }

  async #exchange(request: WireRequest, items: number): Promise<WireAnswer> {
    const { transport, signal, gate } = this.#ports;
    const startedMs = runtime.elapsed();
    const ended = (status: number | null): void => {
      channels['dataloaf:request'].publish({
        path: request.path,
        items,
        status,
        durationMs: runtime.elapsed() - startedMs,
      });
    };
    try {
      const answer = await transport.send(request, signal);
      ended(answer.status);
      return answer;
    } catch (error) {
      ended(null);
      if (signal.isStopped) {
        gate.left();
        throw error;
      }
      gate.failed();
      throw new SendError('send_failed', messageOf(error), { cause: error });
    }
  }

  #judged(answer: WireAnswer, sent: Sent): Final {
    const { gate } = this.#ports;
    const verdict = judge(answer, sent);
    switch (verdict.kind) {
      case 'decided':
        // A well-formed answer that stored no item is still a failure.
        if (verdict.retry.length === sent.items) return this.#busy('HTTP 503, nothing could be stored', answer);
        if (verdict.retry.length > 0) gate.holdFor(Math.max(gate.backoffMs(1), answer.pauseMs ?? 0));
        return this.#succeeded(verdict);
      case 'unacceptable':
        return this.#succeeded(verdict);
      case 'too_large':
        if (sent.items === 1) return this.#strange(verdict, answer);
        gate.holdFor(answer.pauseMs ?? 0);
        gate.left();
        return verdict;
      case 'refused':
        return verdict.by === 'api' ? this.#refused(verdict, answer) : this.#strange(verdict, answer);
      case 'busy':
        return this.#busy(verdict.message, answer);
    }
  }

  #succeeded<Verdict extends Final>(verdict: Verdict): Verdict {
    this.#ports.gate.succeeded();
    this.#reported.clear();
    return verdict;
  }

  #busy(message: string, { pauseMs }: WireAnswer): never {
    this.#ports.gate.failed(pauseMs);
    throw new SendError('api_busy', `Expected the API to accept the items, got ${message}.`);
  }

  /** A wrong key loses nothing: all items are kept and retried, rarely. */
  #refused(refusal: Refusal, { pauseMs = 0 }: WireAnswer): never {
    const { gate } = this.#ports;
    gate.holdFor(Math.max(pauseMs, REFUSED_PAUSE_MS));
    gate.left();
    throw this.#report('Expected the API to accept the request', refusal);
  }

  /** Neither does a wrong address, or a balancer that is wrong for a moment: this counts as a failure of the API. */
  #strange(refusal: Refusal, { pauseMs = 0 }: WireAnswer): never {
    this.#ports.gate.failed(Math.max(pauseMs, STRANGER_PAUSE_MS));
    throw this.#report('Expected a response from the API', refusal);
  }

  #report(expected: string, { cause, got, hint }: Refusal): RefusedError {
    const error = new RefusedError('api_refused', `${expected}, got ${got}. All items are kept. ${hint}`, { hint });
    if (!this.#reported.has(cause)) this.#ports.onRefused(error, cause);
    this.#reported.add(cause);
    return error;
  }
}

const COMMA = 0x2c;

function bodyBytesMax(list: string, records: readonly JournalRecord[]): number {
  // 7: quotes, colon, braces and brackets of the list. One comma for each item but the last.
  return records.reduce((sum, { bytes }) => sum + bytes + 1, list.length + 7);
}

/** `{"<list>":[<payload>,<payload>...]}` */
function composeBody(target: Buffer, list: string, records: readonly JournalRecord[]): Buffer {
  let at = target.write(`{"${list}":[`, 'latin1');
  for (const { source, start, bytes } of records) {
    at += source.copy(target, at, start, start + bytes);
    target[at] = COMMA;
    at += 1;
  }
  // Overwrites the last comma.
  at += target.write(']}', at - 1, 'latin1') - 1;
  return target.subarray(0, at);
}
