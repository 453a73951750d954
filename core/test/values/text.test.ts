import { describe, expect, it } from 'vitest';
import { parseText, withoutTrailingBlanks } from '../../src/values/text.ts';

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
    const parsed = parseText(text, { field: 'user_id', bytesMax: 256, code: 'user_id_invalid' });

    expect(parsed).toMatchObject({ ok: false, code: 'user_id_invalid' });
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});
