import { expect, it, vi } from 'vitest';
import { Availability } from '../src/availability.ts';

it('says once that a part is waited for and once that it is back, however many notice', () => {
  const warn = vi.fn();
  const availability = new Availability('LocalStack', { warn });

  availability.present();
  availability.missing('refused');
  availability.missing('refused again');
  availability.present();
  availability.present();

  expect(warn.mock.calls).toEqual([
    [{ waited_for: 'LocalStack', why: 'refused' }, 'waiting for a part of the stack'],
    [{ waited_for: 'LocalStack', seconds: expect.any(Number) }, 'a part of the stack is responding again'],
  ]);
});
