import { describe, expect, it } from 'vitest';
import { parseText, USER_ID_RULE, withoutTrailingBlanks } from '../../src/values/text.ts';

describe('a text', () => {
  it.each([
    ['u1', 'u1'],
    ['u1   ', 'u1'],
    ['   u1', '   u1'],
    [' ', ''],
    ['', ''],
    ['tab\t', 'tab\t'],
  ])('%j without trailing blanks is %j', (text, expected) => {
    expect(withoutTrailingBlanks(text)).toBe(expected);
  });

  it('of four million blanks inside is read in linear time', () => {
    const text = `u${' '.repeat(4_000_000)}1`;

    const startedMs = performance.now();
    const parsed = parseText(text, USER_ID_RULE, 'user_id');

    expect(parsed).toMatchObject({ ok: false, code: 'user_id_invalid' });
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it('of nothing but blanks is refused with a message that says so', () => {
    expect(parseText('  ', USER_ID_RULE, 'user_id')).toMatchObject({
      code: 'user_id_invalid',
      message: 'Expected user_id to be a string that is not empty, got only blanks.',
    });
  });
});
