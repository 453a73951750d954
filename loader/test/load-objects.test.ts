import type { S3Client } from '@aws-sdk/client-s3';
import type { Log } from '@dataloaf/core/log';
import { COPY_EVENTS } from '@dataloaf/core/warehouse/sql/load-events';
import { COPY_OPERATIONS } from '@dataloaf/core/warehouse/sql/load-users';
import { writerKindOf } from '@dataloaf/core/warehouse/sql/transaction-names';
import type { StatementFailure, Transaction, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { type LoadOptions, type LoadPorts, loadObjects, PARKED_PER_TICK_MAX } from '../src/load-objects.ts';
import { type ListedObject, uriOf } from '../src/objects.ts';
import type { LoadStage } from '../src/stage.ts';
import type { StateStore } from '../src/state.ts';

const anObject = (name: string, stream: 'events' | 'users' = 'events'): ListedObject => ({
  bucket: `dl-${stream}`,
  key: `data/v1/${stream}/dt=2026-11-22/hr=06/${name}.gz`,
  stream,
  etag: name,
  bytes: 1,
});

interface Rules {
  /** Names of the objects that COPY refuses. */
  readonly bad: readonly string[];
  /** Whether the warehouse names the object in its error detail. */
  readonly isNamed: boolean;
  readonly message?: string;
  /** Of the error detail. */
  readonly line?: number;
  /** Names of objects that S3 does not have any more. */
  readonly gone?: readonly string[];
  /** How often the warehouse is asked for a detail before it has one. */
  readonly lag?: number;
}

const LINE_REFUSED = "Load into table 't_events' failed.  Check 'sys_load_error_detail' system table for details.";
const KEY_MISSING = 'S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey,Rid 1,CanRetry 1';

/** The warehouse and S3 at their ports: a load fails when its manifest lists a bad object. */
function aWorld({ bad, isNamed, message = LINE_REFUSED, line = 3, gone = [], lag = 0 }: Rules) {
  const pauses: number[] = [];
  let details = 0;
  const manifests = new Map<string, string>();
  const ended = new Map<string, StatementFailure | undefined>();
  const committed: string[] = [];
  const parked: string[] = [];
  let lastRefused = '';
  const listed = (batch: string, stream: string): string =>
    manifests.get(`manifests/${batch}/${stream}.manifest`) ?? '';
  const submit = async ({ token, name, statements }: Transaction): Promise<string> => {
    if (writerKindOf(name) === 'park') {
      const text = statements.find((one) => one.name === 'park_object')?.text ?? '';
      parked.push(/'(s3:[^']+)'/.exec(text)?.[1] ?? '');
      ended.set(token, undefined);
      return token;
    }
    const batch = name.slice('load-'.length);
    const stream = ['events', 'users'].find((one) =>
      bad.some((object) => listed(batch, one).includes(`/${object}.gz`)),
    );
    const refused = bad.find((object) => listed(batch, stream ?? '').includes(`/${object}.gz`));
    if (refused !== undefined) lastRefused = uriOf(anObject(refused, stream === 'users' ? 'users' : 'events'));
    const statement = stream === 'users' ? COPY_OPERATIONS : COPY_EVENTS;
    ended.set(token, stream === undefined ? undefined : { statement, message, isRetryable: false, queryId: 7 });
    if (stream === undefined) committed.push(batch);
    return token;
  };
  const warehouse: Warehouse = {
    async query({ name, params }) {
      if (name === 'read_object') return parked.includes(params?.['uri'] ?? '') ? [{ outcome: 'parked' }] : [];
      if (name === 'read_batch') return committed.includes(params?.['batch_id'] ?? '') ? [{ load_id: 1 }] : [];
      if (name !== 'read_load_error' || !isNamed) return [];
      details += 1;
      if (details <= lag) return [];
      return [{ file_name: lastRefused, line_number: line, column_name: 'event_id', error_message: 'too long' }];
    },
    submit,
    async wait(id) {
      const failure = ended.get(id);
      return failure === undefined
        ? { kind: 'finished', submittedAt: new Date() }
        : { kind: 'failed', failure, submittedAt: new Date() };
    },
    listStarted: async () => [],
    cancel: async () => {},
  };
  const send = async ({ input }: { input: { Key?: string; Body?: string; Prefix?: string } }) => {
    const { Key, Body = '', Prefix = '' } = input;
    if (Key !== undefined) manifests.set(Key, Body);
    return { Contents: gone.some((name) => Prefix.endsWith(`/${name}.gz`)) ? [] : [{ Key: Prefix }] };
  };
  const stages: unknown[] = [];
  const ports: LoadPorts = {
    warehouse,
    s3: { send } as unknown as S3Client,
    state: { readInflight: async () => undefined, writeInflight: async () => {} } as unknown as StateStore,
    newToken: () => `park-${parked.length}`,
    clock: { now: () => 0, random: () => 0, pause: async (ms) => void pauses.push(ms) },
    log: { info: ({ stage }: { stage: LoadStage }) => stages.push(stage) } as unknown as Log,
  };
  return { ports, parked, stages, pauses };
}

const OPTIONS: LoadOptions = {
  bucket: 'dl-events',
  roleArn: 'arn:aws:iam::000000000000:role/copy',
  deadlineMs: 10_000,
  generation: 0,
};

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `f${String(index).padStart(2, '0')}`);

describe('an error detail that the warehouse does not have yet', () => {
  const objects = names(8).map((name) => anObject(name));

  it('is waited for once, before the batch would be halved', async () => {
    const { ports, parked, stages, pauses } = aWorld({ bad: ['f05'], isNamed: true, lag: 1 });

    await loadObjects(objects, OPTIONS, ports);

    expect(pauses).toEqual([1_500]);
    expect(parked).toEqual([uriOf(anObject('f05'))]);
    expect(stages.filter((stage) => stage === 'submit').length).toBe(2);
  });

  it('that never comes costs one pause in a load, and halving finds the object', async () => {
    const { ports, parked, pauses } = aWorld({ bad: ['f05'], isNamed: true, lag: 1_000 });

    await loadObjects(objects, OPTIONS, ports);

    expect(pauses).toEqual([1_500]);
    expect(parked).toEqual([uriOf(anObject('f05'))]);
  });
});

describe('objects that COPY refuses', () => {
  it.each([
    ['named by the warehouse', true],
    ['found by halving', false],
  ])('are parked when %s, and the others load', async (_, isNamed) => {
    const { ports, parked } = aWorld({ bad: ['f03', 'f11'], isNamed });
    const objects = [...names(16).map((name) => anObject(name)), anObject('u1', 'users')];

    const report = await loadObjects(objects, OPTIONS, ports);

    expect(parked.sort()).toEqual([uriOf(anObject('f03')), uriOf(anObject('f11'))]);
    expect(report.parked.map(({ object }) => object.etag).sort()).toEqual(['f03', 'f11']);
    expect(report.loaded.flatMap(({ batch }) => batch.objects).length).toBe(15);
    expect(report.stopped).toBeUndefined();
  });

  it('are parked in the users stream too', async () => {
    const { ports, parked } = aWorld({ bad: ['u2'], isNamed: false });

    await loadObjects([anObject('f1'), anObject('u1', 'users'), anObject('u2', 'users')], OPTIONS, ports);

    expect(parked).toEqual([uriOf(anObject('u2', 'users'))]);
  });

  it('stop the tick when there are more than a tick may park', async () => {
    const bad = names(PARKED_PER_TICK_MAX + 2);
    const { ports, parked } = aWorld({ bad, isNamed: true });

    const report = await loadObjects(
      bad.map((name) => anObject(name)),
      OPTIONS,
      ports,
    );

    expect(parked.length).toBe(PARKED_PER_TICK_MAX);
    expect(report.stopped).toMatchObject({ kind: 'failed' });
  });
});

describe('an object that S3 does not have any more', () => {
  it('is parked, and the others load', async () => {
    const { ports, parked } = aWorld({ bad: ['f27'], isNamed: false, message: KEY_MISSING, gone: ['f27'] });

    const report = await loadObjects(
      names(30).map((name) => anObject(name)),
      OPTIONS,
      ports,
    );

    expect(parked).toEqual([uriOf(anObject('f27'))]);
    expect(report.parked[0]?.reason).toBe(KEY_MISSING);
    expect(report.loaded.flatMap(({ batch }) => batch.objects).length).toBe(29);
  });

  it('is not assumed: while all objects of the batch are there, the load fails', async () => {
    const { ports, parked } = aWorld({ bad: ['f00'], isNamed: false, message: KEY_MISSING });

    const report = await loadObjects([anObject('f00'), anObject('u1', 'users')], OPTIONS, ports);

    expect(parked).toEqual([]);
    expect(report.stopped).toEqual({ kind: 'failed', reason: KEY_MISSING });
  });
});

describe('a failure that Redshift words otherwise', () => {
  const message = 'Failed writing body (0 != 2460) Cause: Failed to inflate. zlib error code: -3';
  const objects = names(4).map((name) => anObject(name));

  it('parks the object of which the error detail names a line', async () => {
    const { ports, parked } = aWorld({ bad: ['f02'], isNamed: true, message });

    const report = await loadObjects(objects, OPTIONS, ports);

    expect(parked).toEqual([uriOf(anObject('f02'))]);
    expect(report.stopped).toBeUndefined();
  });

  it('parks nothing when the error detail names no line', async () => {
    const { ports, parked } = aWorld({ bad: ['f02'], isNamed: true, line: 0, message });

    const report = await loadObjects(objects, OPTIONS, ports);

    expect(parked).toEqual([]);
    expect(report.stopped).toMatchObject({ kind: 'failed' });
  });
});

it.each([
  ['S3ServiceException:Access Denied,Status 403'],
  ['S3ServiceException:The specified bucket does not exist,Status 404,Error NoSuchBucket'],
  ['Problem reading manifest file - S3ServiceException:The specified key does not exist.,Status 404,Error NoSuchKey'],
  ["The specified S3 prefix 'x' does not exist"],
  ['ERROR: Invalid JSON object.'],
  ['The IAM role is not authorized to assume'],
  ['error: cannot write, no space left on device'],
])('no object is parked for a fault that is not its own: %s', async (message) => {
  const { ports, parked } = aWorld({ bad: ['f00'], isNamed: false, message });

  const report = await loadObjects(
    names(4).map((name) => anObject(name)),
    OPTIONS,
    ports,
  );

  expect(parked).toEqual([]);
  expect(report.stopped).toMatchObject({ kind: 'failed' });
});

it('the stages of a batch are logged in order, and those of a refused one with its parking', async () => {
  const { ports, stages } = aWorld({ bad: ['f01'], isNamed: true });
  const batch: readonly LoadStage[] = ['write_manifests', 'submit', 'wait', 'ask_ledger'];

  await loadObjects(
    names(2).map((name) => anObject(name)),
    OPTIONS,
    ports,
  );

  expect(stages).toEqual([...batch, 'find_fault', 'park', ...batch]);
});
