import type { S3Client } from '@aws-sdk/client-s3';
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { describe, expect, it } from 'vitest';
import { type FullListing, findLate } from '../src/late-objects.ts';
import { uriOf } from '../src/objects.ts';

const DUE_AT = new Date('2026-11-22T06:00:00Z');
/** What a tick lists anyway starts 26 h earlier. */
const UNTIL = 'dt=2026-11-21/hr=04/';
const HOUR_MS = 3_600_000;
const PAGE = 1_000;

interface Stored {
  readonly key: string;
  /** Hours between the hour of the key and the write; null: S3 does not report when. */
  readonly after: number | null;
}

const anObject = (hour: string, name: string, after: number | null, stream = 'events'): Stored => ({
  key: `data/v1/${stream}/dt=${hour.slice(0, 10)}/hr=${hour.slice(11)}/${name}`,
  after,
});
const uri = ({ key }: Stored): string => `s3://dl-${key.split('/')[2]}/${key}`;

/** Buckets and ledger at their ports. */
function aWorld(stored: readonly Stored[], ledger: readonly Stored[] = []) {
  const asked: string[] = [];
  const send = async ({ input }: { input: { Prefix: string; StartAfter?: string; ContinuationToken?: string } }) => {
    const after = input.ContinuationToken ?? input.StartAfter ?? '';
    const rest = stored
      .filter(({ key }) => key.startsWith(input.Prefix) && key > after)
      .sort((left, right) => (left.key < right.key ? -1 : 1));
    const page = rest.slice(0, PAGE);
    return {
      Contents: page.map((object) => ({ Key: object.key, ETag: '"e"', Size: 1, LastModified: storedAt(object) })),
      ...(rest.length > PAGE ? { NextContinuationToken: page.at(-1)?.key } : {}),
    };
  };
  const query: Warehouse['query'] = async ({ name, params = {} }) => {
    asked.push(name);
    const { first_uri: first = '', last_uri: last = '' } = params;
    return ledger
      .map(uri)
      .filter((one) => one >= first && one <= last)
      .map((object_uri) => ({ object_uri }));
  };
  const ports = { s3: { send } as unknown as S3Client, warehouse: { query } };
  const find = async (listing: FullListing | undefined, dueAt = DUE_AT, until = UNTIL) => {
    const buckets = { events: 'dl-events', users: 'dl-users' };
    const { late, next } = await findLate({ buckets, generation: 0, dueAt, until, listing }, ports);
    return { late: late.map(uriOf), next };
  };
  return { find, asked };
}

function storedAt({ key, after }: Stored): Date | undefined {
  const [, day, hour] = /dt=(.{10})\/hr=(..)/.exec(key) ?? [];
  return after === null ? undefined : new Date(Date.parse(`${day}T${hour}:00:00Z`) + after * HOUR_MS);
}

const doneBefore = (hours: number): FullListing => ({
  doneAt: new Date(DUE_AT.getTime() - hours * HOUR_MS),
  at: null,
});

describe('the full listing', () => {
  const byHand = anObject('2026-11-21T00', 'by-hand', 30);
  const ofUsers = anObject('2024-02-29T00', 'backup', 20_000, 'users');
  const onTime = anObject('2026-11-20T00', 'on-time', 1);

  it('finds what appeared under an hour long past, in both streams', async () => {
    const { find } = aWorld([byHand, onTime, ofUsers]);

    expect((await find(undefined)).late).toEqual([byHand, ofUsers].map(uri));
  });

  it('leaves out what the ledger has', async () => {
    const other = anObject('2026-11-21T00', 'other', 30);
    const { find } = aWorld([byHand, other], [byHand]);

    expect((await find(undefined)).late).toEqual([uri(other)]);
  });

  it('leaves to the tick what the tick lists anyway', async () => {
    const { find } = aWorld([anObject('2026-11-21T04', 'a', 26)]);

    expect((await find(undefined)).late).toEqual([]);
  });

  it('runs no SQL when every object was stored on time', async () => {
    const { find, asked } = aWorld([onTime, anObject('2026-11-20T00', 'a-day-late', 24)]);

    expect([(await find(undefined)).late, asked]).toEqual([[], []]);
  });

  it('asks the ledger about an object of which S3 does not report when it was stored', async () => {
    const unknown = anObject('2026-11-20T00', 'unknown', null);
    const { find, asked } = aWorld([unknown]);

    expect([(await find(undefined)).late, asked]).toEqual([[uri(unknown)], ['read_objects']]);
  });

  it('finds an object whose key names no hour', async () => {
    const odd = { key: 'data/v1/events/2026/11/odd.gz', after: null };
    const { find } = aWorld([odd]);

    expect((await find(undefined)).late).toEqual([uri(odd)]);
  });

  it.each([
    ['a day after the last one', doneBefore(24), 1],
    ['not earlier', doneBefore(23.9), 0],
    ['when the clock was set back since', doneBefore(-1), 1],
    ['while one is under way', { ...doneBefore(1), at: 'dt=2026-11-20/hr=00/z' }, 1],
  ])('is made %s', async (_, listing, count) => {
    const { find } = aWorld([byHand]);

    const { late, next } = await find(listing);

    expect(late.length).toBe(count);
    expect(next).toEqual(count === 0 ? undefined : { doneAt: DUE_AT, at: null });
  });

  it('is not made by a tick that lists everything', async () => {
    const { find } = aWorld([byHand]);

    expect(await find(undefined, DUE_AT, '')).toEqual({ late: [], next: undefined });
  });

  it('goes on where the tick before left it', async () => {
    const many = Array.from({ length: 25_000 }, (_, n) => anObject('2026-11-01T00', String(n).padStart(5, '0'), 1));
    const last = anObject('2026-11-21T03', 'last', 40);
    const { find } = aWorld([...many, last]);

    const first = await find(doneBefore(30));
    const second = await find(first.next);

    expect(first).toEqual({
      late: [],
      next: { ...doneBefore(30), at: 'dt=2026-11-01/hr=00/19999' },
    });
    expect(second).toEqual({ late: [uri(last)], next: { doneAt: DUE_AT, at: null } });
  });
});
