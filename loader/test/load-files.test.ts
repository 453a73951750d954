import type { S3Client } from '@aws-sdk/client-s3';
import type { StatementFailure, Transaction, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { loadFiles, PARKED_PER_TICK_MAX } from '../src/load-files.ts';
import { type ListedObject, uriOf } from '../src/objects.ts';
import type { BatchParts } from '../src/run-batch.ts';
import type { StateStore } from '../src/state.ts';

const aFile = (name: string, stream: 'events' | 'users' = 'events'): ListedObject => ({
  bucket: `dl-${stream}`,
  key: `data/v1/${stream}/dt=2026-11-22/hr=06/${name}.gz`,
  stream,
  etag: name,
  bytes: 1,
});

interface Rules {
  /** Names of the files that COPY refuses. */
  readonly bad: readonly string[];
  /** Whether the warehouse names the file in its error detail. */
  readonly isNamed: boolean;
  readonly message?: string;
}

/** The warehouse and S3 at their ports: a load fails when its manifest lists a bad file. */
function aWorld({ bad, isNamed, message = 'Load into table failed. Check sys_load_error_detail.' }: Rules) {
  const manifests = new Map<string, string>();
  const ended = new Map<string, StatementFailure | undefined>();
  const committed: string[] = [];
  const parked: string[] = [];
  let lastRefused = '';
  const listed = (batch: string, stream: string): string =>
    manifests.get(`manifests/${batch}/${stream}.manifest`) ?? '';
  const submit = async ({ token, name, statements }: Transaction): Promise<string> => {
    if (name.startsWith('park-')) {
      parked.push(statements.find((one) => one.name === 'park_object')?.params?.['uri'] ?? '');
      ended.set(token, undefined);
      return token;
    }
    const batch = name.slice('load-'.length);
    const stream = ['events', 'users'].find((one) => bad.some((file) => listed(batch, one).includes(`/${file}.gz`)));
    const refused = bad.find((file) => listed(batch, stream ?? '').includes(`/${file}.gz`));
    if (refused !== undefined) lastRefused = uriOf(aFile(refused, stream === 'users' ? 'users' : 'events'));
    const statement = stream === 'users' ? 'copy_t_ops' : 'copy_t_events';
    ended.set(token, stream === undefined ? undefined : { statement, message, isRetryable: false, queryId: 7 });
    if (stream === undefined) committed.push(batch);
    return token;
  };
  const warehouse: Warehouse = {
    async query({ name, params }) {
      if (name === 'read_object') return parked.includes(params?.['uri'] ?? '') ? [{ outcome: 'parked' }] : [];
      if (name === 'read_batch') return committed.includes(params?.['batch_id'] ?? '') ? [{ load_id: 1 }] : [];
      if (name !== 'read_load_error' || !isNamed) return [];
      return [{ file_name: lastRefused, line_number: 3, column_name: 'event_id', error_message: 'too long' }];
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
  const send = async ({ input }: { input: { Key: string; Body: string } }) => void manifests.set(input.Key, input.Body);
  const s3 = { send } as unknown as S3Client;
  const state = { readInflight: async () => undefined, writeInflight: async () => {} } as unknown as StateStore;
  const parts: BatchParts = {
    warehouse,
    state,
    manifests: { s3, bucket: 'dl-events' },
    target: { bucket: 'dl-events', roleArn: 'arn:aws:iam::000000000000:role/copy' },
    newToken: () => `park-${parked.length}`,
    deadlineMs: Date.now() + 10_000,
  };
  return { parts, parked };
}

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `f${String(index).padStart(2, '0')}`);

describe('files that COPY refuses', () => {
  it.each([
    ['named by the warehouse', true],
    ['found by halving', false],
  ])('are parked when %s, and the others load', async (_, isNamed) => {
    const { parts, parked } = aWorld({ bad: ['f03', 'f11'], isNamed });
    const files = [...names(16).map((name) => aFile(name)), aFile('u1', 'users')];

    const report = await loadFiles(files, 0, parts);

    expect(parked.sort()).toEqual([uriOf(aFile('f03')), uriOf(aFile('f11'))]);
    expect(report.parked.map(({ file }) => file.etag).sort()).toEqual(['f03', 'f11']);
    expect(report.loaded.flatMap(({ batch }) => batch.files).length).toBe(15);
    expect(report.stopped).toBeUndefined();
  });

  it('are parked in the stream of users as well', async () => {
    const { parts, parked } = aWorld({ bad: ['u2'], isNamed: false });

    await loadFiles([aFile('f1'), aFile('u1', 'users'), aFile('u2', 'users')], 0, parts);

    expect(parked).toEqual([uriOf(aFile('u2', 'users'))]);
  });

  it('stop the tick when there are suspiciously many', async () => {
    const bad = names(PARKED_PER_TICK_MAX + 2);
    const { parts, parked } = aWorld({ bad, isNamed: true });

    const report = await loadFiles(
      bad.map((name) => aFile(name)),
      0,
      parts,
    );

    expect(parked.length).toBe(PARKED_PER_TICK_MAX);
    expect(report.stopped).toMatchObject({ kind: 'failed' });
  });
});

it.each([
  ['S3ServiceException:Access Denied,Status 403'],
  ['The IAM role is not authorized to assume'],
  ['error: cannot write, no space left on device'],
])('no file is parked for a fault that is not its own: %s', async (message) => {
  const { parts, parked } = aWorld({ bad: ['f00'], isNamed: false, message });

  const report = await loadFiles(
    names(4).map((name) => aFile(name)),
    0,
    parts,
  );

  expect(parked).toEqual([]);
  expect(report.stopped).toMatchObject({ kind: 'failed' });
});
