/** Conditional puts of S3, as AWS documents them. A lease needs them. */
import { accepted, type Case, observeError } from '../case.ts';
import { put, read, type S3Ports } from './s3-ports.ts';

const GUIDE = 'Amazon S3 User Guide';

export const CONDITION_CASES: readonly Case<S3Ports>[] = [
  {
    id: 's3.put-if-absent',
    rule: 'If-None-Match: * accepts the first put and refuses the second',
    source: `${GUIDE}, Add preconditions to S3 operations with conditional requests, Conditional writes`,
    expected: { first: 'accepted', second: { status: 412, code: 'PreconditionFailed' }, body: 'first' },
    observe: async (ports) => {
      const once = { IfNoneMatch: '*' };
      const first = await accepted(put(ports, 'once', { Body: 'first', ...once }));
      const second = await accepted(put(ports, 'once', { Body: 'second', ...once })).catch(observeError);
      return { first, second, body: await read(ports, 'once') };
    },
  },
  {
    id: 's3.put-if-absent-at-once',
    rule: 'exactly one of several concurrent conditional puts succeeds',
    source: `${GUIDE}, How to prevent object overwrites with conditional writes`,
    expected: { passed: 1, kept: 'the one that passed' },
    observe: async (ports) => {
      const bodies = ['a', 'b', 'c', 'd', 'e', 'f'];
      const puts = await Promise.allSettled(bodies.map((Body) => put(ports, 'race', { Body, IfNoneMatch: '*' })));
      const passed = bodies.filter((_, index) => puts[index]?.status === 'fulfilled');
      const kept = passed.includes(await read(ports, 'race')) ? 'the one that passed' : 'another one';
      return { passed: passed.length, kept };
    },
  },
  {
    id: 's3.put-if-match',
    rule: 'If-Match replaces the object that has this ETag, and refuses any other ETag and an absent key',
    source: `${GUIDE}, Add preconditions to S3 operations with conditional requests, Conditional writes`,
    expected: {
      same: 'accepted',
      other: { status: 412, code: 'PreconditionFailed' },
      absent: { status: 404, code: 'NoSuchKey' },
      body: 'second',
    },
    observe: async (ports) => {
      const { ETag = '' } = await put(ports, 'match', { Body: 'first' });
      const same = await accepted(put(ports, 'match', { Body: 'second', IfMatch: ETag }));
      const other = await accepted(put(ports, 'match', { Body: 'third', IfMatch: ETag })).catch(observeError);
      const absent = await accepted(put(ports, 'match-absent', { IfMatch: ETag })).catch(observeError);
      return { same, other, absent, body: await read(ports, 'match') };
    },
  },
  {
    id: 's3.put-if-match-at-once',
    rule: 'exactly one of several concurrent puts with the same If-Match succeeds',
    source: `${GUIDE}, How to prevent object overwrites with conditional writes`,
    expected: { passed: 1, kept: 'the one that passed' },
    observe: async (ports) => {
      const { ETag = '' } = await put(ports, 'match-race', { Body: 'before' });
      const bodies = ['a', 'b', 'c', 'd', 'e', 'f'];
      const puts = await Promise.allSettled(bodies.map((Body) => put(ports, 'match-race', { Body, IfMatch: ETag })));
      const passed = bodies.filter((_, index) => puts[index]?.status === 'fulfilled');
      const kept = passed.includes(await read(ports, 'match-race')) ? 'the one that passed' : 'another one';
      return { passed: passed.length, kept };
    },
  },
];
