/**
 * Runs one batch until the ledger or a verdict says what became of it.
 *
 * Reported statuses are hints; the ledger decides. Everything sent under one token is the same to the byte, so an answer
 * that got lost is asked for again by sending the same. A token whose statement ended without a ledger row is spent: the
 * next attempt takes a new one. `state/inflight` only saves walking through spent tokens after a crash.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { LOAD_ATTEMPTS_MAX, STATEMENT_AGE_MS_MAX } from '@dataloaf/core/limits';
import type { Stream } from '@dataloaf/core/storage-keys';
import { REFUSE_LOADED, readBatch } from '@dataloaf/core/warehouse/sql/ledger';
import { COPY_EVENTS } from '@dataloaf/core/warehouse/sql/load-events';
import { COPY_OPERATIONS } from '@dataloaf/core/warehouse/sql/load-users';
import { writerKindOf, writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Row, StatementFailure, StatementStatus, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { type LoadTarget, loadStatements } from './load-statements.ts';
import type { ParkParts } from './park.ts';
import type { LoadBatch } from './plan-batch.ts';
import type { Inflight, StateStore } from './state.ts';
import { type ManifestTarget, writeManifests } from './write-manifests.ts';

export type BatchOutcome =
  | { readonly kind: 'loaded'; readonly row: Row }
  /** The guard found files of the batch in the ledger: somebody else had them. */
  | { readonly kind: 'already_loaded' }
  /** COPY refused data of that stream: some file is at fault. */
  | { readonly kind: 'refused'; readonly stream: Stream; readonly failure: StatementFailure }
  | { readonly kind: 'failed'; readonly reason: string }
  /** It still runs: the next tick asks the ledger. */
  | { readonly kind: 'undecided' };

export interface BatchParts extends ParkParts {
  readonly state: StateStore;
  readonly manifests: ManifestTarget;
  readonly target: LoadTarget;
  /** When this pass has to be over, milliseconds. */
  readonly deadlineMs: number;
}

/** What COPY says of data, as opposed to rights, networks and throttles, for which no file is at fault. */
const DATA_FAULT = /load_error|gzip|zlib|decompress|no such key|nosuchkey|does not exist|mandatory|invalid|json|parse/i;
const SERVICE_FAULT =
  /access ?denied|forbidden|not authorized|credential|iam_role|assume|slow ?down|unavailable|timeout/i;

/** How far the warehouse's clock may be behind ours; in doubt a token counts as new, and its verdict as today's. */
const CLOCK_SKEW_MS = 60_000;

/** Pause before the same batch is tried again, at most. */
const PAUSE_MS_MAX = 2_000;

export async function runBatch(batch: LoadBatch, parts: BatchParts): Promise<BatchOutcome> {
  await writeManifests(batch, parts.manifests);
  const statements = loadStatements(batch, parts.target);
  let attempt = await firstAttempt(batch, parts.state);
  let reason = '';
  for (let tries = 0; tries < LOAD_ATTEMPTS_MAX; attempt += 1) {
    const sentAt = Date.now();
    const token = `${batch.batchId}-${attempt}`;
    const id = await parts.warehouse.submit({ token, name: writerName('load', batch.batchId), statements });
    await parts.state.writeInflight({ batch_id: batch.batchId, attempt, statement_id: id });
    const timeoutMs = Math.max(0, parts.deadlineMs - Date.now());
    const status = await parts.warehouse.wait(id, { statements, timeoutMs });
    const outcome = await settle(batch, status, parts.warehouse);
    if (outcome.kind === 'loaded' || outcome.kind === 'undecided') return outcome;
    // A verdict of long ago says nothing of today: walk on to the first token that is new.
    if (isSpent(status, sentAt)) {
      if (Date.now() >= parts.deadlineMs) return { kind: 'undecided' };
      continue;
    }
    if (outcome.kind !== 'again') return outcome;
    reason = outcome.reason;
    tries += 1;
    await pause(Math.random() * Math.min(PAUSE_MS_MAX, 100 * 2 ** tries));
  }
  return { kind: 'failed', reason: `No attempt committed. The last one: ${reason}` };
}

const isSpent = ({ submittedAt }: StatementStatus, sentAt: number): boolean =>
  submittedAt !== undefined && submittedAt.getTime() < sentAt - CLOCK_SKEW_MS;

/** Behind the attempt that is known to be spent: it has ended, and the ledger does not have its files. */
async function firstAttempt(batch: LoadBatch, state: StateStore): Promise<number> {
  const inflight = await state.readInflight();
  return inflight?.batch_id === batch.batchId ? inflight.attempt + 1 : 1;
}

type Settled = BatchOutcome | { readonly kind: 'again'; readonly reason: string };

async function settle(batch: LoadBatch, status: StatementStatus, warehouse: Warehouse): Promise<Settled> {
  const [row] = await warehouse.query(readBatch(batch));
  if (row !== undefined) return { kind: 'loaded', row };
  switch (status.kind) {
    case 'running':
      return { kind: 'undecided' };
    case 'finished':
      return { kind: 'again', reason: 'It was reported as finished, but is not in the ledger.' };
    case 'gone':
      return { kind: 'again', reason: 'It was cancelled.' };
    case 'failed':
      return settleFailure(status.failure);
  }
}

function settleFailure(failure: StatementFailure): Settled {
  if (failure.isRetryable) return { kind: 'again', reason: failure.message };
  if (failure.statement === REFUSE_LOADED) return { kind: 'already_loaded' };
  const stream = streamOf(failure.statement);
  if (stream !== undefined && DATA_FAULT.test(failure.message) && !SERVICE_FAULT.test(failure.message)) {
    return { kind: 'refused', stream, failure };
  }
  return { kind: 'failed', reason: `${failure.statement ?? 'The transaction'}: ${failure.message}` };
}

function streamOf(statement: string | undefined): Stream | undefined {
  if (statement === COPY_EVENTS) return 'events';
  return statement === COPY_OPERATIONS ? 'users' : undefined;
}

/** Whether the statement that an earlier tick left still runs, after waiting for it. */
export async function isStillRunning(inflight: Inflight, parts: BatchParts): Promise<boolean> {
  const timeoutMs = Math.max(0, parts.deadlineMs - Date.now());
  const status = await parts.warehouse.wait(inflight.statement_id, { statements: [], timeoutMs });
  return status.kind === 'running';
}

/** Ends writers that hang: they hold the mutex, and everybody waits for them. The ledger decides what they did. */
export async function cancelOld(warehouse: Warehouse): Promise<void> {
  const started = await warehouse.listStarted();
  const old = started.filter(
    ({ name, submittedAt }) =>
      writerKindOf(name) !== undefined && Date.now() - submittedAt.getTime() > STATEMENT_AGE_MS_MAX,
  );
  for (const { id } of old) await warehouse.cancel(id);
}
