import { describe, expect, it } from 'vitest';
import { Notices } from '../../../../src/cli/import/send/notices.ts';

describe('Notices', () => {
  it('count every change, and name the first five lines of each kind once', () => {
    const notices = new Notices();

    for (const line of [3, 3, 4, 5, 6, 7, 8]) notices.add(line, 'number_unsafe');
    notices.add(9, 'header_repeated');

    expect(notices.all).toEqual([
      { code: 'number_unsafe', count: 7, lines: [3, 4, 5, 6, 7], message: expect.stringContaining('2^53') },
      { code: 'header_repeated', count: 1, lines: [9], message: expect.stringContaining('header') },
    ]);
  });
});
