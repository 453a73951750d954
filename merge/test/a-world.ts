/** Functions of direct merges over an S3 that honours conditions, and a warehouse whose every wait returns `status`. */
import type { S3Client } from '@aws-sdk/client-s3';
import type { Log } from '@dataloaf/core/log';
import type { StatementStatus, Transaction, Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { createDirectMerge, type DirectMerge } from '../src/direct-merge.ts';

interface Stored {
  readonly body: string;
  readonly etag: string;
  readonly writtenAt: Date;
}

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: {
    readonly Key?: string;
    readonly Body?: string;
    readonly IfMatch?: string;
    readonly IfNoneMatch?: string;
  };
}

export interface World {
  status: StatementStatus['kind'];
  submitError: Error | undefined;
  waitError: Error | undefined;
  nowMs: number;
  /** The response to the next conditional put is lost, and the client repeats it. */
  isNextPutSentTwice: boolean;
  /** Called when the object of a merge is written. */
  onObjectPut: () => void;
  /** Names of live statements, for lists. */
  readonly live: string[];
  readonly submitted: Transaction[];
  /** Lengths of the bodies that were read. */
  readonly bodiesRead: number[];
  readonly warnings: string[];
  readonly objects: Map<string, Stored>;
  put(key: string, value: unknown): void;
  /** One more function. */
  aMerge(): DirectMerge;
}

export function aWorld(start: Partial<Pick<World, 'status' | 'submitError'>> = {}): World {
  const objects = new Map<string, Stored>();
  let merges = 0;
  const world: World = {
    status: 'running',
    submitError: undefined,
    waitError: undefined,
    nowMs: Date.parse('2026-11-25T06:00:00Z'),
    isNextPutSentTwice: false,
    onObjectPut: () => {},
    live: [],
    submitted: [],
    bodiesRead: [],
    warnings: [],
    objects,
    ...start,
    put(key, value) {
      const body = typeof value === 'string' ? value : JSON.stringify(value);
      objects.set(key, { body, etag: `"${objects.size}-${body}"`, writtenAt: new Date(world.nowMs) });
    },
    aMerge: () =>
      createDirectMerge({
        s3: anS3(world),
        bucket: 'dl-events',
        warehouse: aWarehouse(world),
        copyRoleArn: 'arn:aws:iam::000000000000:role/copy',
        log: { warn: (_: object, text: string) => world.warnings.push(text) } as unknown as Log,
        newId: () => {
          merges += 1;
          return `merge-${merges}`;
        },
        clock: { now: () => world.nowMs },
      }),
  };
  return world;
}

function aWarehouse(world: World): Warehouse {
  return {
    query: async () => [],
    async submit(transaction) {
      if (world.submitError !== undefined) throw world.submitError;
      world.submitted.push(transaction);
      return `s${world.submitted.length}`;
    },
    async wait() {
      if (world.waitError !== undefined) throw world.waitError;
      if (world.status !== 'failed') return { kind: world.status, submittedAt: undefined };
      const failure = { statement: 'copy_t_ops', message: 'no', isRetryable: false, queryId: undefined };
      return { kind: 'failed', failure, submittedAt: undefined };
    },
    listStarted: async (prefixes = ['']) =>
      world.live
        .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
        .map((name) => ({ id: name, name, submittedAt: new Date(0) })),
    cancel: async () => undefined,
  };
}

function anS3(world: World): S3Client {
  const putOnce = ({
    Key: key = '',
    Body: body = '',
    IfMatch: ifMatch,
    IfNoneMatch: ifNoneMatch,
  }: Command['input']) => {
    const stored = world.objects.get(key);
    if (ifNoneMatch === '*' && stored !== undefined) throw named('PreconditionFailed');
    if (ifMatch !== undefined && stored === undefined) throw named('NoSuchKey');
    if (ifMatch !== undefined && stored?.etag !== ifMatch) throw named('PreconditionFailed');
    if (key.startsWith('direct/')) world.onObjectPut();
    world.put(key, body);
    return { ETag: world.objects.get(key)?.etag };
  };
  const send = async (command: Command): Promise<object> => {
    const { input } = command;
    await Promise.resolve();
    if (command.constructor.name === 'GetObjectCommand') {
      const stored = world.objects.get(input.Key ?? '');
      if (stored === undefined) throw named('NoSuchKey');
      const { body, etag, writtenAt } = stored;
      const transformToString = async (): Promise<string> => {
        world.bodiesRead.push(body.length);
        return body;
      };
      return { Body: { transformToString }, ContentLength: body.length, ETag: etag, LastModified: writtenAt };
    }
    if (world.isNextPutSentTwice) {
      world.isNextPutSentTwice = false;
      putOnce(input);
    }
    return putOnce(input);
  };
  return { send } as unknown as S3Client;
}

const named = (name: string): Error => Object.assign(new Error(name), { name });
