import { describe, expect, it } from 'vitest';
import { kindOf } from '../../src/query/kinds.ts';
import { TREND } from '../../src/query/trend.ts';

describe('the kind of a question', () => {
  it.each([
    ['trend', TREND, ''],
    ['trend', TREND, '?kind=trend'],
  ])('%s parses its own example, and an address that names it', (name, kind, search) => {
    expect(kindOf(search)).toEqual({ ok: true, value: kind });
    expect(kind.parse(search)).toMatchObject({ ok: true, value: { kind: name } });
    expect(kind.parse(kind.example)).toMatchObject({ ok: true, value: { kind: name } });
  });

  it('is one of those that exist', () => {
    expect(kindOf('?kind=guess')).toEqual({ ok: false, reason: 'Expected "kind" to be one of trend.' });
  });
});
