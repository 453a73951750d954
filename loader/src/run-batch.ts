/**
 * Runs one batch until the ledger or a verdict decides what it came to.
 *
 * A status that the Data API reports is a hint; the ledger decides. Everything that is sent under one token is a pure
 * function of (batch, attempt), so a lost response is recovered by sending the same again. A token whose statement ended
 * without a row in the ledger is spent: the next attempt takes the next token. `state/inflight` only saves the walk
 * through spent tokens after a crash.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '@dataloaf/core/clock';
import { LOAD_ATTEMPTS_MAX } from '@dataloaf/core/limits';
import type { Log } from '@dataloaf/core/log';
import { readBatch } from '@dataloaf/core/warehouse/sql/ledger';
import { writerName } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { Transaction, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { type LoadStatementsOptions, loadStatements } from './load-statements.ts';
import type { LoadBatch } from './plan-batch.ts';
import { enterStage } from './stage.ts';
import type { StateStore } from './state.ts';
import { type BatchOutcome, type Verdict, verdictOf } from './verdict.ts';
import { writeManifests } from './write-manifests.ts';

export interface BatchOptions extends LoadStatementsOptions {
  /** When this tick has to end, in milliseconds since 1970. */
  readonly deadlineMs: number;
}

export interface BatchPorts {
  readonly s3: S3Client;
  readonly warehouse: Warehouse;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Longest pause before the next attempt. */
const PAUSE_MS_MAX = 2_000;

export async function runBatch(batch: LoadBatch, options: BatchOptions, ports: BatchPorts): Promise<BatchOutcome> {
  const { clock, log } = ports;
  enterStage(log, 'write_manifests', { batch_id: batch.batchId, objects: batch.objects.length });
  await writeManifests(batch, options.bucket, ports.s3);
  const statements = loadStatements(batch, options);
  const failures: string[] = [];
  for (let attempt = await firstAttempt(batch, ports.state); failures.length < LOAD_ATTEMPTS_MAX; attempt += 1) {
    const transaction = { token: tokenOf(batch, attempt), name: writerName('load', batch.batchId), statements };
    const verdict = await runAttempt({ batch, attempt, transaction, deadlineMs: options.deadlineMs }, ports);
    if (verdict.kind !== 'spent' && verdict.kind !== 'again') return verdict;
    if (verdict.kind === 'spent' && clock.now() >= options.deadlineMs) return { kind: 'undecided' };
    if (verdict.kind === 'again') {
      failures.push(verdict.reason);
      await clock.pause(clock.random() * Math.min(PAUSE_MS_MAX, 100 * 2 ** failures.length));
    }
  }
  return { kind: 'failed', reason: `No attempt committed. The last one: ${failures.at(-1)}` };
}

const tokenOf = (batch: LoadBatch, attempt: number): string => `${batch.batchId}-${attempt}`;

/** After the attempt in `state/inflight`: that one has ended, and the ledger does not have its objects. */
async function firstAttempt(batch: LoadBatch, state: StateStore): Promise<number> {
  const inflight = await state.readInflight();
  return inflight?.batch_id === batch.batchId ? inflight.attempt + 1 : 1;
}

interface SentAttempt {
  readonly batch: LoadBatch;
  readonly attempt: number;
  readonly transaction: Transaction;
  readonly deadlineMs: number;
}

async function runAttempt(sent: SentAttempt, { warehouse, state, clock, log }: BatchPorts): Promise<Verdict> {
  const { batch, attempt, transaction, deadlineMs } = sent;
  const fields = { batch_id: batch.batchId, attempt };
  const sentAt = clock.now();
  enterStage(log, 'submit', fields);
  const statementId = await warehouse.submit(transaction);
  await state.writeInflight({ ...fields, statement_id: statementId });
  enterStage(log, 'wait', fields);
  const timeoutMs = Math.max(0, deadlineMs - clock.now());
  const status = await warehouse.wait(statementId, { statements: transaction.statements, timeoutMs });
  enterStage(log, 'ask_ledger', fields);
  const [row] = await warehouse.query(readBatch(batch));
  return verdictOf({ row, status, sentAt });
}
