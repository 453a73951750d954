/**
 * P1, P7, P9, P10, P13: transactions beside each other. Redshift has no sleep, so a transaction that has to last joins
 * a table with ten rows to itself.
 */
import { takeMutex } from '@dataloaf/core/warehouse/sql/mutex';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { type Check, type CheckPorts, needed, OPEN } from '../check.ts';
import type { Json } from '../json.ts';
import { observeOutcome } from '../observe.ts';
import type { Session, Started } from '../session.ts';
import { probe, sql } from './make.ts';

/** Tables of the checks in the scratch schema. */
export const createDoctorTables: readonly Statement[] = [
  sql('create_ten', 'CREATE TABLE dataloaf.doctor_ten (n INTEGER)'),
  sql(
    'fill_ten',
    `INSERT INTO dataloaf.doctor_ten (n) VALUES ${Array.from({ length: 10 }, (_, n) => `(${n})`).join(', ')}`,
  ),
  sql('create_rows', 'CREATE TABLE dataloaf.doctor_rows (kind VARCHAR(16), n BIGINT)'),
];

const insertRow = (kind: string): Statement =>
  sql('insert_row', `INSERT INTO dataloaf.doctor_rows (kind, n) VALUES ('${kind}', 1)`);
const countRows = (kind: string): Statement =>
  sql('count_rows', `SELECT COUNT(*) AS n\nFROM dataloaf.doctor_rows\nWHERE kind = '${kind}'`);

/** Counts 10 to the power of `digits` rows. */
const last = (digits: number): Statement => {
  const names = Array.from({ length: digits }, (_, at) => `dataloaf.doctor_ten AS t${at}`);
  return sql('last', `SELECT COUNT(*) AS n\nFROM ${names.join('\nCROSS JOIN ')}`);
};
/** A moment; long enough that two transactions are open at once. */
const A_MOMENT = last(5);
/** Longer than any check: it is always cancelled. */
const FOR_EVER = last(14);

const WRITERS = 5;
const writer: readonly Statement[] = [
  ...takeMutex,
  insertRow('writer'),
  A_MOMENT,
  sql(
    'read_order',
    `SELECT m.n, r.written\nFROM dataloaf.load_mutex AS m\nCROSS JOIN (SELECT COUNT(*) AS written FROM dataloaf.doctor_rows WHERE kind = 'writer') AS r\nWHERE m.id = 1`,
  ),
];

/** Each writer must see the number and the rows of all before it. */
async function observeWriters({ session }: CheckPorts): Promise<Json> {
  const started = await Promise.all(Array.from({ length: WRITERS }, () => session.start(writer)));
  const outcomes = await Promise.all(started.map((one) => session.end(one)));
  const failed = outcomes.filter(({ status }) => status !== 'FINISHED');
  const seen = outcomes
    .flatMap(({ statements }) => statements.at(-1)?.rows ?? [])
    .map(([n, written]) => ({ n: Number(n), written: Number(written) }))
    .sort((one, other) => one.n - other.n);
  const first = seen[0]?.n ?? 0;
  return {
    failed: failed.map((outcome) => observeOutcome(outcome)),
    seen: seen.map(({ n, written }) => [n - first + 1, written]),
  };
}

const inOrder = Array.from({ length: WRITERS }, (_, at) => [at + 1, at + 1]);

/** Two transactions of which each reads what the other writes: only a serialisable database refuses one of them. */
async function observeWriteSkew({ session }: CheckPorts): Promise<Json> {
  const skewed = (reads: string, writes: string): readonly Statement[] => [
    countRows(reads),
    A_MOMENT,
    insertRow(writes),
  ];
  const started = await Promise.all([session.start(skewed('left', 'right')), session.start(skewed('right', 'left'))]);
  const outcomes = await Promise.all(started.map((one) => session.end(one)));
  const refused = outcomes.filter(({ status }) => status !== 'FINISHED').length;
  return refused === 0 ? 'snapshot, or weaker' : 'serializable';
}

const POLL_MS = 50;
const START_MS_MAX = 90_000;

/** Waits until the first `count` statements of a transaction have ended. */
async function waitFor(started: Started, count: number, { session, pause, now }: CheckPorts): Promise<boolean> {
  if (started.kind === 'refused') return false;
  const startedAt = now();
  while (now() - startedAt < START_MS_MAX) {
    const parts = await session.progress(started.id);
    if (parts.slice(0, count).every((status) => status === 'FINISHED') && parts[count] === 'STARTED') return true;
    if (parts.some((status) => status === 'FAILED' || status === 'ABORTED')) return false;
    await pause(POLL_MS);
  }
  return false;
}

const cancelStarted = async (session: Session, started: Started): Promise<string> =>
  started.kind === 'started' ? session.cancel(started.id) : 'not started';

async function observeCancel(ports: CheckPorts): Promise<Json> {
  const { session } = ports;
  const started = await session.start([insertRow('cancelled'), FOR_EVER]);
  const isRunning = await waitFor(started, 1, ports);
  const cancelled = await cancelStarted(session, started);
  const { status } = await session.end(started);
  const left = await session.run([countRows('cancelled')]);
  return { running: isRunning, cancel: cancelled, status, left: observeOutcome(left) };
}

async function observeLateCancel({ session }: CheckPorts): Promise<Json> {
  const started = await session.start([countRows('none')]);
  await session.end(started);
  return { cancel: await cancelStarted(session, started) };
}

/** The waiter gives up by itself, or is let through when the holder is cancelled. */
const WAITER_MS = 1_000;
const PATIENCE_MS = 8_000;

async function observeLockTimeout(ports: CheckPorts): Promise<Json> {
  const { session, pause } = ports;
  const lock = sql('lock', 'LOCK dataloaf.doctor_ten');
  const holder = await session.start([lock, FOR_EVER]);
  if (!(await waitFor(holder, 1, ports))) {
    await cancelStarted(session, holder);
    return { held: false, holder: observeOutcome(await session.end(holder)) };
  }
  const waiter = await session.start([sql('set_timeout', `SET statement_timeout TO ${WAITER_MS}`), lock]);
  const ended = session.end(waiter);
  await Promise.race([ended, pause(PATIENCE_MS)]);
  await cancelStarted(session, holder);
  await session.end(holder);
  return { waiter: observeOutcome(await ended) };
}

async function observeSameToken({ session, newToken }: CheckPorts): Promise<Json> {
  const token = newToken();
  const statements = [insertRow('token')];
  const first = await session.start(statements, { token });
  await session.end(first);
  const second = await session.start(statements, { token });
  await session.end(second);
  const isSame = first.kind === 'started' && second.kind === 'started' && first.id === second.id;
  return { same_id: isSame, count: observeOutcome(await session.run([countRows('token')])) };
}

const script = (
  [id, asks]: readonly [id: string, asks: string],
  expected: Check['expected'],
  observe: (ports: CheckPorts) => Promise<Json>,
): Check => ({ kind: 'script', id, asks, expected, observe });

/** SNAPSHOT is the default of new databases, and either level is enough for the mutex. */
export const ISOLATION_CHECK: Check = script(
  ['fact.isolation', 'the isolation level, by a write skew'],
  OPEN,
  observeWriteSkew,
);

export const TRANSACTION_CHECKS: readonly Check[] = [
  script(
    [
      'p1.mutex',
      'writers that start at once run one after another, and each sees the number and the rows of all before it',
    ],
    needed({ failed: [], seen: inOrder }),
    observeWriters,
  ),
  probe(
    ['p7.guard', 'a division by zero ends the batch, and nothing of it stays'],
    needed({
      outcome: { failed: 'guard', error: 'division_by_zero' },
      after: { rows: [[0]] },
    }),
    {
      statements: [
        insertRow('guard'),
        sql(
          'guard',
          `SELECT 1 / (CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END)\nFROM dataloaf.doctor_rows\nWHERE kind = 'guard'`,
        ),
      ],
      after: [countRows('guard')],
    },
  ),
  script(
    ['p9.cancel-running', 'a running batch is cancelled, and nothing of it stays'],
    needed({ running: true, cancel: 'accepted', status: 'ABORTED', left: { rows: [[0]] } }),
    observeCancel,
  ),
  script(['p9.cancel-ended', 'with which error the cancel of an ended statement is refused'], OPEN, observeLateCancel),
  script(['p10.lock-timeout', 'whether statement_timeout counts the wait for a LOCK'], OPEN, observeLockTimeout),
  script(
    ['p13.token', 'a batch that is sent again under its token runs once, under one id'],
    needed({ same_id: true, count: { rows: [[1]] } }),
    observeSameToken,
  ),
];
