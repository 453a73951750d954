import { describe, expect, it } from 'vitest';
import { lastTickOf } from '../../../src/server/tick/last-tick.ts';

describe('lastTickOf', () => {
  it('knows that no tick may have run since the tables were created', () => {
    expect(lastTickOf('null')).toBeUndefined();
  });

  it('throws what the parser found, with what a person can do', () => {
    expect(() => lastTickOf('{}')).toThrow(
      expect.objectContaining({
        code: 'last_tick_unreadable',
        message: "Expected checked_at in the loader's last-tick.json, got something else.",
        hint: expect.stringContaining('The next load writes the object again.'),
      }),
    );
  });
});
