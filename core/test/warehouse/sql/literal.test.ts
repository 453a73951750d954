/** Values as SQL text: nothing in them can end the literal. */
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import { integer, keyLiteral, literal, plainLiteral } from '../../../src/warehouse/sql/literal.ts';

describe('a literal', () => {
  it.each(["a'b", 'a\\b', 'a\nb', 'ä', 'a"b', 'a%b'])('is refused for %j', (text) => {
    expect(() => literal(text)).toThrow(StorageError);
  });

  it.each([1.5, Number.NaN, 2 ** 53])('of an integer is refused for %d', (value) => {
    expect(() => integer(value)).toThrow(StorageError);
  });
});

describe('the literal of a key', () => {
  it('takes every key without backslashes and control characters, and doubles its quotes', () => {
    expect(keyLiteral("s3://b/it's ä 100%.gz")).toBe("'s3://b/it''s ä 100%.gz'");
  });

  it.each(['a\\b', 'a\nb', 'a\0b', 'a\u007fb'])('is refused for %j', (key) => {
    expect(() => keyLiteral(key)).toThrow(StorageError);
  });
});

describe('the literal of a message', () => {
  it('shows ? for every character that could mean something else, and is cut', () => {
    expect(plainLiteral('it\'s a "bad" line\\n: ä', 300)).toBe("'it?s a ?bad? line?n: ?'");
    expect(plainLiteral('x'.repeat(10), 3)).toBe("'xxx'");
  });
});
