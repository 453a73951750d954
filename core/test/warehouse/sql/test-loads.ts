/**
 * Loads of the product on a Postgres that stands in for Redshift: the statements of the loader and of merge, each batch in
 * one transaction, over objects in memory. Wire items go through the product's parsers, so that a case reads as what a
 * client sends.
 */
import { manifestKey, STREAMS, type Stream, s3Uri } from '@dataloaf/core/storage-keys';
import { type Arrival, type Line, parseEvent } from '@dataloaf/core/values/event';
import { type OperationRow, operationLine, parseCreate, parseUpdate } from '@dataloaf/core/values/operation';
import type { Parsed } from '@dataloaf/core/values/parsed';
import { readBatch } from '@dataloaf/core/warehouse/sql/ledger';
import { createBase, MIGRATIONS, seedMutex } from '@dataloaf/core/warehouse/sql/migrations';
import type { Statement } from '@dataloaf/core/warehouse/warehouse';
import { loadStatements } from '../../../../loader/src/load-statements.ts';
import { type LoadBatch, makeBatch } from '../../../../loader/src/plan-batch.ts';
import { runCopy } from '../../../../localstack/src/redshift/copy.ts';
import { translate } from '../../../../localstack/src/redshift/translate.ts';
import { connect, MemoryObjects, startTestPostgres } from '../../../../localstack/test/tools/redshift-fixture.ts';
import { mergeStatements } from '../../../../merge/src/merge-statements.ts';

const ROLE_ARN = 'arn:aws:iam::000000000000:role/load';
const BUCKET = 'test';
const next = counter();
const ARRIVAL: Arrival = { nowMs: Date.parse('2026-11-22T06:00:00Z'), newId: () => `id-${next()}` };

/** Counts 1, 2, 3: names that are unique within a file. */
export function counter(): () => number {
  let count = 0;
  return () => {
    count += 1;
    return count;
  };
}

export type Row = Readonly<Record<string, unknown>>;

export interface Items {
  readonly events?: readonly object[];
  readonly creates?: readonly object[];
  readonly updates?: readonly object[];
  /** Operations past the parsers, for values that the API does not take, and for lines without a hash. */
  readonly operations?: readonly OperationRow[];
  /** Lines of events that an earlier version wrote, without a hash. */
  readonly oldEvents?: readonly object[];
}

export interface TestLoads {
  /** Writes the objects and manifests of a batch, as Firehose and the loader do. */
  put(items: Items): LoadBatch;
  /** Loads a batch, and returns its row in the ledger with counts as numbers. */
  loadBatch(batch: LoadBatch): Promise<Readonly<Record<string, number>>>;
  /** Both. */
  load(items: Items): Promise<Readonly<Record<string, number>>>;
  /** Applies these updates in one direct merge. */
  merge(updates: readonly object[]): Promise<void>;
  /** Runs these statements of the product in one transaction. Returns the rows of the last one. */
  transact(statements: readonly Statement[]): Promise<readonly Row[]>;
  /** Runs one query of Postgres. */
  sql(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  stop(): Promise<void>;
}

/** Every session keeps the case of quoted names, as those of the product's users do. */
async function connectKeepingCase(url: string): ReturnType<typeof connect> {
  const owner = await connect(url);
  await owner.query(
    `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET redshift.enable_case_sensitive_identifier TO 'true'`,
  );
  await owner.end();
  return connect(url);
}

/** With all migrations, or only with those up to a version. */
export async function startTestLoads(version = Number.POSITIVE_INFINITY): Promise<TestLoads> {
  const postgres = await startTestPostgres();
  const client = await connectKeepingCase(await postgres.database());
  const objects = new MemoryObjects();
  const run = async ({ name, text, params }: Statement): Promise<readonly Row[]> => {
    const translation = translate(text);
    if (translation.kind === 'copy') {
      await runCopy(translation.copy, { client, reader: objects, signal: new AbortController().signal });
      return [];
    }
    if (translation.kind !== 'query') return [];
    const values = translation.params.map((param) => params?.[param]);
    const { rows } = await client.query<Row>(translation.text, values).catch((cause: unknown) => {
      throw new TypeError(`${name}: ${String(cause)}`, { cause });
    });
    return rows;
  };
  const transact = async (statements: readonly Statement[]): Promise<readonly Row[]> => {
    await client.query('BEGIN');
    try {
      let rows: readonly Row[] = [];
      for (const statement of statements) rows = await run(statement);
      await client.query('COMMIT');
      // The Data API gives each transaction a session of its own, with which its temporary tables end.
      await client.query('DISCARD TEMP');
      return rows;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    }
  };
  const present = MIGRATIONS.filter((migration) => migration.version <= version);
  await transact([...createBase, ...seedMutex, ...present.flatMap(({ statements }) => statements)]);

  const put = (items: Items): LoadBatch => putBatch(objects, items);
  const loadBatch: TestLoads['loadBatch'] = async (batch) => {
    await transact(loadStatements(batch, { bucket: BUCKET, roleArn: ROLE_ARN }));
    const [row] = await run(readBatch(batch));
    return Object.fromEntries(Object.entries(row ?? {}).map(([name, value]) => [name, Number(value)]));
  };
  return {
    put,
    loadBatch,
    load: (items) => loadBatch(put(items)),
    transact,
    async merge(updates) {
      const mergeId = `direct-${next()}`;
      const uri = objects.put(s3Uri(BUCKET, mergeId), linesOf(updates, parseUpdate));
      await transact(mergeStatements({ mergeId, uri, roleArn: ROLE_ARN }));
    },
    async sql(text, values = []) {
      const { rows } = await client.query<Row>(text, [...values]);
      return rows;
    },
    async stop() {
      await client.end();
      await postgres.stop();
    },
  };
}

function putBatch(objects: MemoryObjects, items: Items): LoadBatch {
  const lines: Readonly<Record<Stream, string>> = {
    events: [
      linesOf(items.events ?? [], parseEvent),
      ...(items.oldEvents ?? []).map((event) => `${JSON.stringify(event)}\n`),
    ].join(''),
    users: [
      linesOf(items.creates ?? [], parseCreate),
      linesOf(items.updates ?? [], parseUpdate),
      ...(items.operations ?? []).map((row) => operationLine(row)),
    ].join(''),
  };
  const streams = STREAMS.filter((stream) => lines[stream] !== '');
  const name = `${next()}.gz`;
  const key = (stream: Stream): string => `data/v1/${stream}/dt=2026-11-22/hr=06/${name}`;
  const batch = makeBatch(
    streams.map((stream) => ({ bucket: BUCKET, key: key(stream), stream, etag: 'e', bytes: 1 })),
    0,
  );
  const manifest = (name: Parameters<typeof manifestKey>[1]): string => s3Uri(BUCKET, manifestKey(batch.batchId, name));
  for (const { stream, key: objectKey } of batch.objects) {
    objects.putManifest(manifest(`${stream}.manifest`), [objects.putGzip(s3Uri(BUCKET, objectKey), lines[stream])]);
  }
  const list = batch.objects.map((object) => ({
    object_uri: s3Uri(BUCKET, object.key),
    etag: 'e',
    bytes: 1,
    stream: object.stream,
  }));
  objects.put(manifest('files.ndjson'), list.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return batch;
}

const linesOf = (items: readonly object[], parse: (item: unknown, arrival: Arrival) => Parsed<Line>): string =>
  items
    .map((item) => {
      const parsed = parse(item, ARRIVAL);
      if (!parsed.ok) throw new TypeError(`A case needs items that the API accepts: ${parsed.message}`);
      return parsed.value.line;
    })
    .join('');
