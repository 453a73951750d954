import { describe, expect, it } from 'vitest';
import { ROLES_OF, userOfRole, WAREHOUSE_MEMBERS } from '../../../src/warehouse/rights.ts';
import { grantRights, setUpUsers } from '../../../src/warehouse/sql/access.ts';
import { quotedName } from '../../../src/warehouse/sql/literal.ts';

const MEMBERS = { loader: 'acme-loader', merge: 'acme-merge', insights: 'acme-Insights' };

const textsOf = (statements: readonly { readonly text: string }[]): readonly string[] =>
  statements.map(({ text }) => text);

describe('setUpUsers', () => {
  it('creates every role and user of a new warehouse', () => {
    expect(textsOf(setUpUsers(MEMBERS, { roles: [], users: [], grants: [] }))).toMatchSnapshot();
  });

  it('creates nothing that exists, and sets the settings again', () => {
    const known = {
      roles: ['dataloaf_writer', 'dataloaf_loader', 'dataloaf_reader', 'another'],
      users: WAREHOUSE_MEMBERS.map((member) => userOfRole(MEMBERS[member])),
      grants: WAREHOUSE_MEMBERS.flatMap((member) =>
        ROLES_OF[member].map(({ name }) => ({ user: userOfRole(MEMBERS[member]), role: name })),
      ),
    };

    const texts = textsOf(setUpUsers(MEMBERS, known));

    expect(texts.filter((text) => !/^(?:ALTER USER|SET) /.test(text))).toEqual([]);
    expect(texts.filter((text) => text.startsWith('ALTER USER'))).toHaveLength(6);
  });

  it('grants a role that a known user lacks', () => {
    const known = {
      roles: ['dataloaf_writer', 'dataloaf_loader', 'dataloaf_reader'],
      users: WAREHOUSE_MEMBERS.map((member) => userOfRole(MEMBERS[member])),
      grants: [{ user: 'IAMR:acme-loader', role: 'dataloaf_writer' }],
    };

    const granted = textsOf(setUpUsers(MEMBERS, known)).filter((text) => text.startsWith('GRANT'));

    expect(granted).toEqual([
      'GRANT ROLE dataloaf_loader TO "IAMR:acme-loader"',
      'GRANT ROLE dataloaf_writer TO "IAMR:acme-merge"',
      'GRANT ROLE dataloaf_reader TO "IAMR:acme-Insights"',
    ]);
  });

  it.each(['a"b', 'a b', "a'b", '', 'a;b', 'x'.repeat(128)])('refuses %j as the name of a user', (name) => {
    expect(() => quotedName(name)).toThrow('the name of an IAM role');
  });
});

it('grants the rights of every role', () => {
  expect(textsOf(grantRights)).toMatchSnapshot();
});
