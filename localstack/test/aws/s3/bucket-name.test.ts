import { describe, expect, it } from 'vitest';
import { isBucketName } from '../../../src/aws/s3/bucket-name.ts';

describe('the name of a bucket', () => {
  it.each(['abc', 'acme-events', 'a.b-c.9', '1.2.3', 'a'.repeat(63)])('may be %s', (name) => {
    expect(isBucketName(name)).toBe(true);
  });

  it.each([
    'ab',
    'a'.repeat(64),
    'Acme',
    'a_b',
    '-ab',
    'ab-',
    'a..b',
    '192.168.5.4',
    'xn--acme',
    'sthree-acme',
    'acme-s3alias',
    'acme--ol-s3',
    'acme--x-s3',
  ])('may not be %s', (name) => {
    expect(isBucketName(name)).toBe(false);
  });
});
