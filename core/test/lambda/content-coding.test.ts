import { describe, expect, it } from 'vitest';
import { parseContentCoding } from '../../src/lambda/content-coding.ts';

describe('the content coding', () => {
  it.each([
    'gzip',
    'GZIP',
    'x-gzip',
    'X-GZip',
    ' gzip ',
    '\tgzip',
    'gzip, identity',
    'identity,gzip',
    'Identity , GZIP',
    ',gzip,',
  ])('is gzip in %j', (header) => {
    expect(parseContentCoding(header)).toBe('gzip');
  });

  it.each([undefined, '', ' ', 'identity', 'IDENTITY', 'identity, identity', ' , '])('is none in %j', (header) => {
    expect(parseContentCoding(header)).toBe('identity');
  });

  it.each(['br', 'deflate', 'zstd', 'gzip, br', 'gzip, gzip', 'gzip, X-GZIP', 'gzip;q=1', '"gzip"', 'g zip', '*'])(
    'is refused, with the header in the message, in %j',
    (header) => {
      expect(() => parseContentCoding(header)).toThrow(
        expect.objectContaining({
          status: 400,
          code: 'encoding_unknown',
          message: `Expected content-encoding gzip, once, or identity, got ${JSON.stringify(header)}.`,
        }),
      );
    },
  );

  it('is not quoted beyond 64 characters', () => {
    expect(() => parseContentCoding('x'.repeat(10_000))).toThrow(`got "${'x'.repeat(64)}".`);
  });
});
