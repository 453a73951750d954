/** Outcomes and transcripts for the doctor's tests. */
import { type BatchCheck, type Observed, OPEN } from '../../src/doctor/check.ts';
import type { Json } from '../../src/doctor/json.ts';
import type { Outcome, StatementOutcome } from '../../src/doctor/session.ts';
import type { Transcript } from '../../src/doctor/transcript.ts';

export const aStatementOutcome = (more: Partial<StatementOutcome> = {}): StatementOutcome => ({
  name: 'read',
  text: 'SELECT 1 AS one',
  status: 'FINISHED',
  queryId: 1,
  columns: [],
  rows: [],
  ms: 1,
  ...more,
});

export const anOutcome = (more: Partial<Outcome> = {}): Outcome => ({
  status: 'FINISHED',
  statements: [aStatementOutcome()],
  ms: 2,
  ...more,
});

export const aColumn = (name: string, type: string) => ({ name, type, precision: 38, scale: 12, length: 0 });

export const aCheck = (more: Partial<BatchCheck> = {}): BatchCheck => ({
  kind: 'batch',
  id: 'p0.one',
  asks: 'one is one',
  expected: OPEN,
  statements: () => [{ name: 'read', text: 'SELECT 1 AS one' }],
  ...more,
});

export const anObserved = (more: Partial<Observed> = {}): Observed => ({
  check: aCheck(),
  observed: { rows: [[1]] },
  outcomes: [anOutcome()],
  ms: 3,
  ...more,
});

export const aTranscript = (
  observed: Readonly<Record<string, Json>>,
  target: Transcript['target'] = 'redshift',
): Transcript => ({
  target,
  version: 'Redshift 1.0.1',
  date: '2026-11-25',
  checks: Object.entries(observed).map(([id, value]) => ({ id, asks: id, observed: value, ms: 1, transactions: [] })),
  texts: {},
});
