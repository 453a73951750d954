import { LISTED_PAGES_MAX } from '@dataloaf/core/limits';
import { describe, expect, it } from 'vitest';
import { anApi } from '../an-api.ts';

const one = (Id: string, StatementName: string) => ({ Id, StatementName, CreatedAt: new Date(7) });

describe('the list of live transactions', () => {
  it('asks for every live state, by the start of the name, in this database only', async () => {
    const { warehouse, sent } = anApi({});

    await warehouse.listStarted(['load-', 'direct-']);

    const asked = sent.map(({ input }) => `${input['StatementName']}${input['Status']}`);
    expect(asked.sort()).toEqual([
      'direct-PICKED',
      'direct-STARTED',
      'direct-SUBMITTED',
      'load-PICKED',
      'load-STARTED',
      'load-SUBMITTED',
    ]);
    expect(sent[0]?.input).toMatchObject({ WorkgroupName: 'w', Database: 'd', MaxResults: 100 });
  });

  it('is of all our writers when nobody says which', async () => {
    const { warehouse, sent } = anApi({});

    await warehouse.listStarted();

    const asked = new Set(sent.map(({ input }) => input['StatementName']));
    expect(asked).toEqual(new Set(['load-', 'park-', 'direct-', 'catalog-', 'migration-']));
  });

  it('of a cluster names the cluster, and no user', async () => {
    const { warehouse, sent } = anApi({ address: { cluster: 'c', dbUser: 'u', database: 'd' } });

    await warehouse.listStarted(['load-']);

    expect(sent[0]?.input).toMatchObject({ ClusterIdentifier: 'c', Database: 'd' });
    expect(Object.keys(sent[0]?.input ?? {})).not.toContain('WorkgroupName');
    expect(Object.keys(sent[0]?.input ?? {})).not.toContain('DbUser');
  });

  it('has the transactions of all pages, each once although it moved on meanwhile', async () => {
    const { warehouse } = anApi({
      ListStatements: [
        { Statements: [one('a', 'load-a')], NextToken: 'more' },
        { Statements: [one('b', 'load-b')], NextToken: '' },
        { Statements: [one('b', 'load-b')] },
        {},
      ],
    });

    const listed = await warehouse.listStarted(['load-']);

    expect(listed).toEqual([
      { id: 'a', name: 'load-a', submittedAt: new Date(7) },
      { id: 'b', name: 'load-b', submittedAt: new Date(7) },
    ]);
  });

  it('is bounded when the pages never end', async () => {
    const { warehouse, sent } = anApi({ ListStatements: [{ Statements: [one('a', 'load-a')], NextToken: 'again' }] });

    await warehouse.listStarted(['load-']);

    expect(sent.length).toBe(3 * LISTED_PAGES_MAX);
  });
});
