/**
 * Sends one batch until every item is decided: accepted, rejected, or put back into the journal. No item expires. A
 * batch that keeps failing while others succeed is split in halves. A single item that keeps failing is put back at the
 * end of the journal, so that no item keeps a segment from being deleted for ever.
 */
import { performance } from 'node:perf_hooks';
import { ROUTES, type Route } from '@dataloaf/core/api';
import { DataLoafError, messageOf } from '@dataloaf/core/errors';
import pRetry from 'p-retry';
import { channels } from '../diagnostics.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { BufferPool } from '../journal/shared-buffer.ts';
import { BATCH_FAILURES_MAX, REFUSED_PAUSE_MS } from '../limits.ts';
import { sleep } from '../timing.ts';
import type { ItemKind } from '../types.ts';
import type { Batch } from './batcher.ts';
import type { Gate } from './gate.ts';
import type { Transport, WireAnswer, WireRequest } from './transport.ts';
import { type Decided, judge, type TooLarge, type Unreadable } from './verdict.ts';

export interface SenderPorts {
  readonly transport: Transport;
  readonly gate: Gate;
  readonly signal: AbortSignal;
  readonly onRequest: () => void;
  readonly onRetry: (error: Error) => void;
  readonly onRefused: (error: Error) => void;
  readonly deliver: (records: readonly JournalRecord[]) => void;
  readonly reject: (rejected: readonly RejectedRecord[]) => Promise<void>;
  readonly requeue: (records: readonly JournalRecord[]) => Promise<void>;
  /** Memory for request bodies. */
  readonly bodies: BufferPool;
}

export interface RejectedRecord {
  readonly record: JournalRecord;
  readonly code: string;
  readonly message: string;
}

/** The request failed, and a retry may succeed. */
class SendError extends DataLoafError {}

/** The batch fails repeatedly while others succeed. */
interface Stuck {
  readonly kind: 'stuck';
}

type Final = Decided | TooLarge | Unreadable | Stuck;

const TARGETS: Readonly<Record<ItemKind, { readonly route: Route; readonly list: string }>> = {
  event: { route: ROUTES.createEvents, list: 'events' },
  user: { route: ROUTES.createUsers, list: 'users' },
  update: { route: ROUTES.updateUsers, list: 'updates' },
};

export class Sender {
  readonly #ports: SenderPorts;

  constructor(ports: SenderPorts) {
    this.#ports = ports;
  }

  /** Rejects only when the signal is aborted. Undecided items then stay in the journal. */
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
      case 'unreadable':
        if (first === undefined || records.length > 1) return this.#sendHalves(batch);
        await this.#ports.reject([{ record: first, code: final.code, message: final.message }]);
    }
  }

  async #sendHalves({ kind, records }: Batch): Promise<void> {
    const middle = Math.ceil(records.length / 2);
    await this.send({ kind, records: records.slice(0, middle) });
    await this.send({ kind, records: records.slice(middle) });
  }

  async #apply(records: readonly JournalRecord[], { rejected, retry }: Decided): Promise<void> {
    const undelivered = new Set([...rejected.map(({ index }) => index), ...retry]);
    this.#ports.deliver(undelivered.size === 0 ? records : records.filter((_, index) => !undelivered.has(index)));
    const refused = rejected.flatMap(({ index, code, message }) => {
      const record = records[index];
      return record === undefined ? [] : [{ record, code, message }];
    });
    if (refused.length > 0) await this.#ports.reject(refused);
    const again = records.filter((_, index) => retry.includes(index));
    if (again.length > 0) await this.#ports.requeue(again);
  }

  async #request({ kind, records }: Batch): Promise<Final> {
    const { route, list } = TARGETS[kind];
    const memory = this.#ports.bodies.take(bodyBytesMax(list, records));
    const body = composeBody(memory.buffer, list, records);
    const final = await this.#requestUntilDecided({ method: route.method, path: route.path, body }, records.length);
    // Not reached when the request is aborted: the socket may still be reading the body.
    memory.release();
    return final;
  }

  #requestUntilDecided(request: WireRequest, itemCount: number): Promise<Final> {
    const { gate, signal, onRetry } = this.#ports;
    const successesBefore = gate.successes;
    return pRetry(
      async (attempt): Promise<Final> => {
        if (attempt > BATCH_FAILURES_MAX && gate.successes > successesBefore) return { kind: 'stuck' };
        await gate.enter();
        this.#ports.onRequest();
        return this.#judged(await this.#exchange(request, itemCount), itemCount);
      },
      {
        signal,
        retries: Number.POSITIVE_INFINITY,
        // The pauses are ours: full jitter, or the wait of the gate while its breaker is open.
        minTimeout: 0,
        factor: 1,
        shouldRetry: ({ error }) => error instanceof SendError,
        onFailedAttempt: async ({ error, attemptNumber }) => {
          if (!(error instanceof SendError)) return;
          onRetry(error);
          if (!gate.isOpen) await sleep(gate.backoffMs(attemptNumber), signal);
        },
      },
    );
  }

  async #exchange(request: WireRequest, items: number): Promise<WireAnswer> {
    const { transport, signal, gate } = this.#ports;
    const startedMs = performance.now();
    const ended = (status: number | null): void => {
      channels['dataloaf:request'].publish({
        path: request.path,
        items,
        status,
        durationMs: performance.now() - startedMs,
      });
    };
    try {
      const answer = await transport.send(request, signal);
      ended(answer.status);
      return answer;
    } catch (error) {
      ended(null);
      if (signal.aborted) {
        gate.left();
        throw error;
      }
      gate.failed();
      throw new SendError('send_failed', messageOf(error), { cause: error });
    }
  }

  #judged(answer: WireAnswer, itemCount: number): Final {
    const { gate } = this.#ports;
    const verdict = judge(answer, itemCount);
    if (answer.pauseMs !== undefined) gate.holdFor(answer.pauseMs);
    switch (verdict.kind) {
      case 'decided':
        // A well-formed answer that stored no item is still a failure.
        if (verdict.retry.length === itemCount) return this.#busy('HTTP 503, nothing could be stored', answer);
        gate.succeeded();
        return verdict;
      case 'too_large':
        gate.succeeded();
        return verdict;
      case 'unreadable':
        // Until a request succeeds, a 400 in a foreign format means that the address is not that of our API.
        if (!verdict.isApi && gate.successes === 0) return this.#refused(verdict.message);
        gate.succeeded();
        return verdict;
      case 'refused':
        return this.#refused(verdict.message);
      case 'busy':
        return this.#busy(verdict.message, answer);
    }
  }

  #busy(message: string, { pauseMs }: WireAnswer): never {
    this.#ports.gate.failed(pauseMs);
    throw new SendError('api_busy', `Expected the API to accept the items, got ${message}.`);
  }

  /** A wrong key or address loses nothing: all items are kept and retried, rarely. */
  #refused(message: string): never {
    const { gate, onRefused } = this.#ports;
    gate.holdFor(REFUSED_PAUSE_MS);
    gate.left();
    const error = new SendError(
      'api_refused',
      `Expected the API to accept the key, got ${message}. All items are kept.`,
      {
        hint: 'Check `endpoint` and `serverKey`. A revoked key stops working within a minute.',
      },
    );
    onRefused(error);
    throw error;
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
