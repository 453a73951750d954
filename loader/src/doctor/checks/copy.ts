/** P6 and P14: COPY of the golden corpus, one line an object, and what the warehouse says of a line that it refuses. */
import { s3Uri } from '@dataloaf/core/storage-keys';
import { EVENT_LINE_COLUMNS } from '@dataloaf/core/values/event';
import { copyObject } from '@dataloaf/core/warehouse/sql/copy';
import { createStaging } from '@dataloaf/core/warehouse/sql/create-table';
import { readLoadError } from '@dataloaf/core/warehouse/sql/ledger';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { type Check, type CheckPorts, type Expected, needed, OPEN, RECORDED, type Scratch } from '../check.ts';
import { COPY_LINES, type CopyLine } from '../golden.ts';
import type { Json } from '../json.ts';
import { observeOutcome } from '../observe.ts';
import { sql } from './make.ts';

/** The key of the object of one line, below the prefix of the run. */
export const copyKey = (prefix: string, name: string): string => `${prefix}copy/${name}.ndjson`;

const STAGING = 't_copied';

const copied = (name: string, { bucket, prefix, roleArn }: Scratch): readonly Statement[] => [
  createStaging(STAGING, EVENT_LINE_COLUMNS),
  copyObject({ table: STAGING, columns: EVENT_LINE_COLUMNS, uri: s3Uri(bucket, copyKey(prefix, name)), roleArn }),
];

const COLUMNS = Object.keys(EVENT_LINE_COLUMNS).join(', ');

const copyCheck = ({ name, asks, isOurs }: CopyLine): Check => ({
  kind: 'batch',
  id: `p6.${name}`,
  asks,
  expected: expectedOf(isOurs),
  statements: (scratch) => [...copied(name, scratch), sql('read', `SELECT ${COLUMNS}\nFROM ${STAGING}`)],
});

/** What the API lets through must come back as on the stand-in. */
const expectedOf = (isOurs: boolean): Expected => (isOurs ? RECORDED : OPEN);

/** Redshift's system views may lag. */
const ERROR_WAIT_MS = 15_000;
const ERROR_POLL_MS = 1_000;
const BAD = 'missing';

async function observeLoadError({ scratch, session, pause, now }: CheckPorts): Promise<Json> {
  const { statements } = await session.run(copied(BAD, scratch));
  const failed = statements.find(({ status }) => status === 'FAILED');
  if (failed === undefined) return { copied: true };
  const startedAt = now();
  for (;;) {
    const outcome = await session.runSingle(readLoadError(failed.queryId));
    const [row] = outcome.statements[0]?.rows ?? [];
    if (row !== undefined) {
      const [file, line] = row;
      return { names_the_object: String(file).trim().endsWith(`/copy/${BAD}.ndjson`), line: Number(line) };
    }
    if (outcome.status !== 'FINISHED') return observeOutcome(outcome);
    if (now() - startedAt > ERROR_WAIT_MS) return { named: false };
    await pause(ERROR_POLL_MS);
  }
}

export const COPY_CHECKS: readonly Check[] = [
  ...COPY_LINES.map(copyCheck),
  {
    kind: 'script',
    id: 'p14.load-error',
    asks: 'sys_load_error_detail names the object and the line of a COPY that failed, within seconds',
    expected: needed({ names_the_object: true, line: 1 }),
    observe: observeLoadError,
  },
];
