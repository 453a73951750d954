import type { LastTick } from '@dataloaf/core/last-tick';
import { describe, expect, it } from 'vitest';
import type { LoadReport } from '../src/load-objects.ts';
import { type ListedObject, positionOf, uriOf } from '../src/objects.ts';
import { makeBatch } from '../src/plan-batch.ts';
import { type FinishedRound, nextLastTick, nextLoadedObjects, remember } from '../src/remember.ts';
import type { StateStore } from '../src/state.ts';

const DUE_AT = new Date('2026-11-22T06:00:00Z');
const BEFORE: LastTick = {
  checkedAt: new Date('2026-11-22T05:57:00Z'),
  completeTo: new Date('2026-11-22T05:57:00Z'),
  loadId: 4,
  parked: 1,
  late: 0,
};
const EMPTY: LoadReport = { loaded: [], parked: [], stopped: undefined };

const anObject = (hour: string, name = 'a'): ListedObject => ({
  bucket: 'dl-events',
  key: `data/v1/events/dt=${hour.slice(0, 10)}/hr=${hour.slice(11)}/${name}.gz`,
  stream: 'events',
  etag: name,
  bytes: 1,
});
const loadOf = (...objects: ListedObject[]): LoadReport => ({
  ...EMPTY,
  loaded: [{ batch: makeBatch(objects, 0), row: { load_id: 5 } }],
});
const aRound = (fields: Partial<FinishedRound> = {}): FinishedRound => ({
  remembered: { lastTick: BEFORE, loaded: undefined },
  ledger: { loadId: 4, parked: 1 },
  discovery: { known: [], from: '', to: null },
  plan: { leftOver: undefined, late: 0 },
  report: EMPTY,
  dueAt: DUE_AT,
  ...fields,
});

describe('the next last tick', () => {
  it('is complete up to the schedule when everything is loaded, and counts the load', () => {
    const round = aRound({ report: loadOf(anObject('2026-11-22T05')) });

    expect(nextLastTick(round)).toEqual({ checkedAt: DUE_AT, completeTo: DUE_AT, loadId: 5, parked: 1, late: 0 });
  });

  it('is complete up to the hour of the first object that waits', () => {
    const round = aRound({ plan: { leftOver: anObject('2026-11-22T03'), late: 0 } });

    expect(nextLastTick(round).completeTo).toEqual(new Date('2026-11-22T03:00:00Z'));
  });

  it('keeps what was complete when the load stopped', () => {
    const round = aRound({ report: { ...EMPTY, stopped: { kind: 'undecided' } } });

    expect(nextLastTick(round)).toEqual({ ...BEFORE, checkedAt: DUE_AT });
  });

  it('adds the late objects of the load, once it has loaded them', () => {
    const plan = { leftOver: undefined, late: 2 };
    const remembered = { lastTick: { ...BEFORE, late: 3 }, loaded: undefined };
    const report = { ...EMPTY, stopped: { kind: 'undecided' } } as const;

    expect(nextLastTick(aRound({ remembered, plan })).late).toBe(5);
    expect(nextLastTick(aRound({ remembered, plan, report })).late).toBe(3);
  });

  it('adds the newly parked objects to those of the ledger', () => {
    const parked = [{ object: anObject('2026-11-22T05'), reason: 'no gzip' }];
    const round = aRound({ ledger: { loadId: 4, parked: 3 }, report: { ...EMPTY, parked } });

    expect(nextLastTick(round).parked).toBe(4);
  });

  it('keeps the numbers of the last tick when the round did not ask the ledger', () => {
    expect(nextLastTick(aRound({ ledger: undefined }))).toMatchObject({ loadId: 4, parked: 1 });
  });

  it('has no load id before the first load', () => {
    const round = aRound({ remembered: { lastTick: undefined, loaded: undefined }, ledger: { loadId: 0, parked: 0 } });

    expect(nextLastTick(round)).toMatchObject({ loadId: undefined, parked: 0 });
  });
});

describe('the next copy of the ledger', () => {
  const FIRST = 'dt=2026-11-21/hr=04/';
  const known = anObject('2026-11-22T04', 'known');
  const added = anObject('2026-11-22T05', 'added');
  const bad = anObject('2026-11-22T05', 'bad');
  const old = anObject('2026-11-20T00', 'old');

  it('holds the known, loaded and parked objects, from the first position of the next tick on', () => {
    const report = { ...loadOf(added), parked: [{ object: bad, reason: 'no gzip' }] };
    const round = aRound({ discovery: { known: [old, known].map(uriOf), from: '', to: null }, report });

    expect(nextLoadedObjects(round, { completeTo: DUE_AT, loadId: 5 })).toEqual({
      load_id: 5,
      from: FIRST,
      to: null,
      keys: [known, added, bad].map(uriOf),
    });
  });

  it('starts where this tick started to list when completeness is not known', () => {
    const round = aRound({
      discovery: { known: [uriOf(old)], from: '', to: positionOf(added) },
      report: loadOf(added),
    });

    expect(nextLoadedObjects(round, { completeTo: undefined, loadId: 5 })).toEqual({
      load_id: 5,
      from: '',
      to: positionOf(added),
      keys: [old, added].map(uriOf),
    });
  });

  it('is not written again when nothing was added and the range is the same', () => {
    const loaded = { load_id: 4, from: FIRST, to: null, keys: [] };
    const discovery = { known: [], from: FIRST, to: null };
    const remembered = { lastTick: BEFORE, loaded };

    expect(nextLoadedObjects(aRound({ remembered, discovery }), { completeTo: DUE_AT, loadId: 4 })).toBeUndefined();
    expect(
      nextLoadedObjects(aRound({ remembered, discovery: { ...discovery, from: 'dt=2026-11-21/hr=05/' } }), {
        completeTo: DUE_AT,
        loadId: 4,
      }),
    ).toBeDefined();
  });
});

describe('remember', () => {
  function aStore() {
    const writes: string[] = [];
    const write = (name: string) => async () => void writes.push(name);
    const state = {
      writeLoadedObjects: write('loaded objects'),
      writeInflight: write('inflight'),
      writeLastTick: write('last tick'),
    } as unknown as StateStore;
    return { state, writes };
  }

  it('writes the last tick after everything that it vouches for', async () => {
    const { state, writes } = aStore();

    await remember(aRound({ report: loadOf(anObject('2026-11-22T05')) }), state);

    expect(writes).toEqual(['loaded objects', 'inflight', 'last tick']);
  });

  it('keeps the statement in flight when the load stopped', async () => {
    const { state, writes } = aStore();

    await remember(aRound({ report: { ...EMPTY, stopped: { kind: 'undecided' } } }), state);

    expect(writes).not.toContain('inflight');
  });
});
