import type { S3Client } from '@aws-sdk/client-s3';
import { OBJECTS_PER_LOAD_MAX } from '@dataloaf/core/limits';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { completeToOf, type DiscoverOptions, discover } from '../src/discover.ts';
import { positionOf, uriOf } from '../src/objects.ts';
import type { LoadedObjects } from '../src/state.ts';

const NOW = new Date('2026-11-22T06:00:00Z');
const BUCKETS = { events: 'dl-events', users: 'dl-users' };
const PAGE = 1_000;

/** Buckets and ledger at their ports. */
function aWorld(keys: readonly string[], ledger: readonly string[] = []) {
  const asked: string[] = [];
  const send = async ({
    input,
  }: {
    input: { Bucket: string; Prefix: string; StartAfter?: string; ContinuationToken?: string };
  }) => {
    const after = input.ContinuationToken ?? input.StartAfter ?? '';
    const rest = keys.filter((key) => key.startsWith(input.Prefix) && key > after).sort();
    const page = rest.slice(0, PAGE);
    return {
      Contents: page.map((Key) => ({ Key, ETag: '"e"', Size: 1 })),
      ...(rest.length > PAGE ? { NextContinuationToken: page.at(-1) } : {}),
    };
  };
  const query: Warehouse['query'] = async ({ name, params = {} }) => {
    asked.push(name);
    const { first_uri: first = '', last_uri: last = '' } = params;
    return ledger.filter((uri) => uri >= first && uri <= last).map((uri) => ({ object_uri: uri }));
  };
  return { ports: { s3: { send } as unknown as S3Client, warehouse: { query } }, asked };
}

/** Options of the first tick, which knows nothing yet. */
const since = (fields: Partial<DiscoverOptions> = {}): DiscoverOptions => ({
  buckets: BUCKETS,
  generation: 0,
  completeTo: undefined,
  dueAt: NOW,
  loaded: undefined,
  ...fields,
});

const key = (at: string, name: string, stream = 'events'): string =>
  `data/v1/${stream}/dt=${at.slice(0, 10)}/hr=${at.slice(11, 13)}/${name}.gz`;
const uri = (dataKey: string): string => `s3://dl-${dataKey.split('/')[2]}/${dataKey}`;
const loadedObjects = (keys: readonly string[], fields: Partial<LoadedObjects> = {}): LoadedObjects => ({
  load_id: 1,
  from: '',
  to: null,
  keys: keys.map(uri),
  ...fields,
});

describe('discovery', () => {
  it('finds the objects that the ledger does not have, in both streams', async () => {
    const keys = [key('2026-11-22T05', 'a'), key('2026-11-22T05', 'b'), key('2026-11-22T05', 'c', 'users')];
    const { ports } = aWorld(keys, [uri(keys[0] ?? '')]);

    const { found } = await discover(since(), ports);

    expect(found.map(uriOf)).toEqual(keys.slice(1).map(uri));
  });

  it('runs no SQL in the range of its copy of the ledger', async () => {
    const keys = [key('2026-11-22T05', 'a'), key('2026-11-22T05', 'b')];
    const { ports, asked } = aWorld(keys);

    const { found, known } = await discover(since({ completeTo: NOW, loaded: loadedObjects(keys.slice(0, 1)) }), ports);

    expect([found.map(uriOf), known, asked]).toEqual([[uri(keys[1] ?? '')], [uri(keys[0] ?? '')], []]);
  });

  it.each([
    ['begins later', { from: 'dt=2026-11-22/hr=06/' }],
    ['ends earlier', { to: 'dt=2026-11-22/hr=04/z.gz' }],
  ])('asks the ledger when its copy %s', async (_, fields) => {
    const keys = [key('2026-11-22T05', 'a')];
    const { ports, asked } = aWorld(keys, keys.map(uri));

    const { found } = await discover(since({ completeTo: NOW, loaded: loadedObjects([], fields) }), ports);

    expect([found, asked]).toEqual([[], ['read_objects']]);
  });

  it('finds an object that Firehose delivered a day late, and nothing older', async () => {
    const late = key('2026-11-21T06', 'late');
    const { ports } = aWorld([late, key('2026-11-20T23', 'old')]);

    const { found } = await discover(since({ completeTo: NOW, loaded: loadedObjects([]) }), ports);

    expect(found.map(uriOf)).toEqual([uri(late)]);
  });

  it('hides nothing when the clock was set back, or an earlier one was ahead', async () => {
    const recent = key('2026-11-22T05', 'recent');
    const { ports } = aWorld([recent]);

    const { found } = await discover(since({ completeTo: new Date('2026-12-01') }), ports);

    expect(found.map(uriOf)).toEqual([uri(recent)]);
  });

  it('stops listing when one load is full, and returns the position it reached', async () => {
    const keys = Array.from({ length: OBJECTS_PER_LOAD_MAX + 500 }, (_, index) =>
      key('2026-11-22T05', String(index).padStart(5, '0')),
    );
    const { ports } = aWorld(keys);

    const discovery = await discover(since(), ports);

    expect(discovery.found.length).toBe(OBJECTS_PER_LOAD_MAX);
    expect(discovery.to).toBe('dt=2026-11-22/hr=05/00999.gz');
    expect(completeToOf(discovery, undefined, NOW)).toEqual(new Date('2026-11-22T05:00:00Z'));
  });
});

describe('what is complete', () => {
  const anObject = (at: string) => ({
    bucket: 'dl-events',
    key: key(at, 'a'),
    stream: 'events' as const,
    etag: 'e',
    bytes: 1,
  });
  const all = { found: [], known: [], from: '', to: null };

  it('is everything up to now when nothing is left', () => {
    expect(completeToOf(all, undefined, NOW)).toEqual(NOW);
  });

  it('ends at the hour of the first object that waits', () => {
    const waiting = anObject('2026-11-20T10');

    expect(completeToOf(all, waiting, NOW)).toEqual(new Date('2026-11-20T10:00:00Z'));
    expect(completeToOf({ ...all, to: positionOf(anObject('2026-11-19T00')) }, waiting, NOW)).toEqual(
      new Date('2026-11-19T00:00:00Z'),
    );
  });

  it('is not known when a key names no hour', () => {
    expect(completeToOf(all, { ...anObject('2026-11-20T10'), key: 'data/v1/events/odd.gz' }, NOW)).toBeUndefined();
  });
});
