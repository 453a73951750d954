import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter } from '../../../../src/cli/import/read/line-splitter.ts';
import { readText, short } from './outcomes.ts';

function split(text: string, chunkBytes = 1 << 30): string[] {
  const bytes = Buffer.from(text);
  const splitter = new LineSplitter();
  const lines = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    lines.push(...splitter.push(bytes.subarray(at, at + chunkBytes)));
  }
  lines.push(...splitter.end());
  return lines.map((line) => line.text + line.eol);
}

describe('LineSplitter', () => {
  it.each([
    ['LF', 'a\nb\n', ['a\n', 'b\n']],
    ['CRLF', 'a\r\nb\r\n', ['a\r\n', 'b\r\n']],
    ['CR', 'a\rb\r', ['a\r', 'b\r']],
    ['a mix of them', 'a\rb\nc\r\nd\r\r\ne', ['a\r', 'b\n', 'c\r\n', 'd\r', '\r\n', 'e']],
    ['blank lines', '\n\r\r\n', ['\n', '\r', '\r\n']],
    ['nothing after the last CR', 'a\r', ['a\r']],
  ])('ends lines with %s', (_, text, lines) => {
    expect(split(text)).toEqual(lines);
  });

  it('finds the same lines in chunks of any size', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'é', '\r', '\n', '\r\n') });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5 }), (written, chunkBytes) => {
        const lines = split(written, chunkBytes);

        expect(lines).toEqual(split(written));
        expect(lines.join('')).toBe(written);
      }),
    );
  });

  it.each(['csv', 'ndjson'] as const)('makes %s with CR line ends the same events as with LF', (format) => {
    const text = format === 'csv' ? 'user,a\nu,"1\nx"\n\nv,2\n' : '{"user":"u"}\n\n{"user":"v"}\n';

    const withLf = short(readText(format, text));
    const withCr = JSON.parse(
      JSON.stringify(short(readText(format, text.replaceAll('\n', '\r')))).replaceAll('\\r', '\\n'),
    );

    expect(withCr).toEqual(JSON.parse(JSON.stringify(withLf)));
    expect(withLf).toHaveLength(2);
  });
});
