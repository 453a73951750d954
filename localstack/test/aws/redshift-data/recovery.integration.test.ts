import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunFaults } from '../../../src/aws/redshift-data/run-faults.ts';
import { aGate, insert, TAKE_MUTEX, useDataApi, waitForPart } from '../../tools/data-api-fixture.ts';

const fixture = useDataApi();

describe('a crash', () => {
  it('of the Postgres process at any statement leaves nothing and is reported as a lost connection', async () => {
    for (const at of [0, 1, 2]) {
      const kill: RunFaults['beforeStatement'] = async ({ index, pid }) => {
        if (index === at) await fixture.observer.query('SELECT pg_terminate_backend($1, 5000)', [pid]);
      };
      const api = await fixture.startApi({ dir: join(fixture.dir, String(at)), faults: { beforeStatement: kill } });

      const answer = await api.run([...TAKE_MUTEX, insert('never')]);

      expect(answer.Error).toMatch(/connection/);
    }
    expect(await fixture.rows()).toEqual([]);
  });

  it('that loses the response after the commit is reported as a failure, and the rows are there', async () => {
    const api = await fixture.startApi({
      faults: {
        afterCommit: () => {
          throw new TypeError('the answer was lost');
        },
      },
    });

    const answer = await api.run([insert('there')]);

    expect(answer.Status).toBe('FAILED');
    expect(await fixture.rows()).toEqual(['there']);
  });

  it('of the process in the middle of a transaction ends it as FAILED, with its token still known', async () => {
    const gate = aGate();
    const before = await fixture.startApi({
      faults: { beforeStatement: ({ index }) => (index === 1 ? gate.opened : undefined) },
    });
    const id = await before.submit([insert('one'), insert('two')], { ClientToken: 'token-1' });
    await waitForPart(before, id, 1);

    const after = await fixture.startApi();
    const again = await after.submit([insert('one'), insert('two')], { ClientToken: 'token-1' });

    expect(again).toBe(id);
    expect(await after.end(id)).toMatchObject({ Status: 'FAILED', Error: expect.stringContaining('connection') });
    expect(await fixture.rows()).toEqual([]);
    gate.open();
  });

  it('of the process between the commit and its response ends it as FINISHED', async () => {
    const gate = aGate();
    const committed = aGate();
    const before = await fixture.startApi({
      faults: {
        afterCommit: () => {
          committed.open();
          return gate.opened;
        },
      },
    });
    const id = await before.submit([insert('one'), insert('two')]);
    await committed.opened;

    const after = await fixture.startApi();
    const answer = await after.end(id);

    expect(answer.Status).toBe('FINISHED');
    expect(answer.SubStatements?.map((part) => part.ResultRows)).toEqual([1, 1]);
    gate.open();
  });
});
