/** The objects of a run: the golden corpus as Firehose would write it, and each line for COPY alone. */
import { gzipSync } from 'node:zlib';
import { STREAMS, type Stream } from '@dataloaf/core/storage-keys';
import type { ListedObject } from '../objects.ts';
import { makeBatch } from '../plan-batch.ts';
import type { Scratch } from './check.ts';
import { copyKey } from './checks/copy.ts';
import { COPY_LINES, DIRECT_OPERATIONS, GOLDEN } from './golden.ts';

export interface ScratchObject {
  readonly key: string;
  readonly body: string | Buffer;
}

type Half = 'first' | 'second';

export interface PreparedRun {
  readonly batches: Scratch['batches'];
  readonly objects: readonly ScratchObject[];
}

/** The key of the object of the direct merge. */
export const directKeyOf = (prefix: string): string => `${prefix}direct.ndjson`;

export function prepareRun(bucket: string, prefix: string): PreparedRun {
  const data = STREAMS.flatMap((stream) =>
    (['first', 'second'] as const).map((half) => dataObject(prefix, stream, half)),
  );
  const listed = data.map(({ stream, half, key, body }) => ({
    half,
    // The ETag is a part of the batch's identity. COPY does not look at it.
    object: { bucket, key, stream, etag: 'doctor', bytes: body.byteLength } satisfies ListedObject,
  }));
  const batchOf = (half: Half, ...streams: readonly Stream[]) =>
    makeBatch(
      listed.filter((one) => one.half === half && streams.includes(one.object.stream)).map(({ object }) => object),
      0,
    );
  return {
    batches: {
      events: batchOf('first', 'events'),
      operations: batchOf('first', 'users'),
      both: batchOf('second', 'events', 'users'),
    },
    objects: [
      ...data,
      { key: directKeyOf(prefix), body: DIRECT_OPERATIONS.join('') },
      ...COPY_LINES.map(({ name, line }) => ({ key: copyKey(prefix, name), body: line })),
    ],
  };
}

const dataObject = (prefix: string, stream: Stream, half: Half) => ({
  stream,
  half,
  key: `${prefix}${stream}/dt=2026-01-15/hr=08/${half}.gz`,
  body: gzipSync(GOLDEN[stream][half].join('')),
});
