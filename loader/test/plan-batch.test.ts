import { BYTES_PER_LOAD_MAX, OBJECTS_PER_LOAD_MAX } from '@dataloaf/core/limits';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedObject } from '../src/objects.ts';
import { addLate, makeBatch, planObjects } from '../src/plan-batch.ts';

const anObject = (
  fields: Partial<ListedObject> & { readonly hour?: number; readonly name?: string } = {},
): ListedObject => {
  const { hour = 6, name = 'a', stream = 'events', ...rest } = fields;
  const key = `data/v1/${stream}/dt=2026-11-22/hr=${String(hour).padStart(2, '0')}/${name}.gz`;
  return { bucket: `dl-${stream}`, key, stream, etag: 'e', bytes: 10, ...rest };
};

describe('a plan', () => {
  it('takes the oldest hours of both streams first', () => {
    const [late, early, users] = [anObject({ hour: 9 }), anObject({ hour: 1 }), anObject({ hour: 3, stream: 'users' })];

    expect(planObjects([late, early, users])).toEqual({ objects: [early, users, late], leftOver: undefined });
  });

  it('takes at most as many objects as one load carries, and names the first that waits', () => {
    const found = Array.from({ length: OBJECTS_PER_LOAD_MAX + 2 }, (_, i) =>
      anObject({ name: String(i).padStart(5, '0') }),
    );

    const plan = planObjects(found);

    expect(plan.objects.length).toBe(OBJECTS_PER_LOAD_MAX);
    expect(plan.leftOver).toBe(found[OBJECTS_PER_LOAD_MAX]);
  });

  it('takes an object that is too large for any load alone', () => {
    const [large, small] = [anObject({ bytes: BYTES_PER_LOAD_MAX + 1, name: 'a' }), anObject({ name: 'b' })];

    expect(planObjects([large, small])).toEqual({ objects: [large], leftOver: small });
  });
});

describe('late objects', () => {
  const late = [anObject({ hour: 2, name: 'z' }), anObject({ hour: 1, name: 'y' })];

  it('come after those that arrive now, and move nothing that is complete', () => {
    const fresh = anObject({ hour: 6 });

    expect(addLate(planObjects([fresh]), late)).toEqual({
      objects: [fresh, late[1], late[0]],
      leftOver: undefined,
      late: 2,
      isLateLeft: false,
    });
  });

  it('wait while a load is full', () => {
    const found = Array.from({ length: OBJECTS_PER_LOAD_MAX - 1 }, (_, i) => anObject({ name: String(i) }));

    expect(addLate(planObjects(found), late)).toMatchObject({ leftOver: undefined, late: 1, isLateLeft: true });
    expect(addLate(planObjects([...found, ...late, ...late]), late)).toMatchObject({ late: 0, isLateLeft: true });
  });
});

describe('a batch id', () => {
  it('is the same whatever the order of the list', () => {
    const objects = Array.from({ length: 9 }, (_, i) => anObject({ name: String(i) }));
    fc.assert(
      fc.property(fc.shuffledSubarray(objects, { minLength: 9 }), (shuffled) => {
        expect(makeBatch(shuffled, 0)).toEqual(makeBatch(objects, 0));
      }),
      { seed: 1 },
    );
  });

  it.each([
    ['content', { etag: 'f' }, 0],
    ['size', { bytes: 11 }, 0],
    ['name', { name: 'b' }, 0],
    ['generation', {}, 1],
  ])('changes with the %s', (_, fields, generation) => {
    expect(makeBatch([anObject(fields)], generation).batchId).not.toBe(makeBatch([anObject()], 0).batchId);
  });
});
