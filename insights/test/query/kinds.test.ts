import { describe, expect, it } from 'vitest';
import { KINDS } from '../../src/query/kinds.ts';

describe.each(Object.entries(KINDS))('the kind %s', (name, kind) => {
  it('has the name of the queries that it parses, of which its example is one', () => {
    expect(kind.parse(kind.example)).toMatchObject({ ok: true, value: { kind: name } });
  });
});
