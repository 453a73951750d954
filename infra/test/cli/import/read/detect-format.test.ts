import { describe, expect, it } from 'vitest';
import { formatOf } from '../../../../src/cli/import/read/detect-format.ts';

describe('formatOf', () => {
  it('goes by the extension, else by the content', () => {
    expect(formatOf('a.csv', '{"a":1}')).toBe('csv');
    expect(formatOf('a.CSV.GZ', '{"a":1}')).toBe('csv');
    expect(formatOf('a.jsonl', 'a,b')).toBe('ndjson');
    expect(formatOf('stdin', '\ufeff \n{"a":1}')).toBe('ndjson');
    expect(formatOf('a.txt', 'a,b\n')).toBe('csv');
    expect(formatOf('a.constructor', 'a,b\n')).toBe('csv');
  });

  it('refuses a JSON array and says how to convert it', () => {
    expect(() => formatOf('a.json', ' [{"a":1}]')).toThrow(
      expect.objectContaining({ code: 'format_unknown', hint: expect.stringContaining('jq') }),
    );
  });
});
