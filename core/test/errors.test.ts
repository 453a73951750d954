import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { isError, messageOf } from '../src/errors.ts';

describe('messageOf', () => {
  it.each([
    ['an error', new Error('no space'), 'no space'],
    ['an error of another realm', runInNewContext("new TypeError('no space')"), 'no space'],
    ['a string', 'no space', 'no space'],
    ['an object without a prototype', Object.create(null), 'a value that cannot be shown'],
    [
      'an object with a getter that throws',
      {
        get message(): string {
          throw new Error('getter');
        },
      },
      'a value that cannot be shown',
    ],
    ['a revoked proxy', revoked(), 'a value that cannot be shown'],
  ])('returns a text for %s that was thrown, and never throws', (_, thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});

describe('isError', () => {
  it('takes errors of every realm, and nothing that has no message', () => {
    const errors = [new Error('x'), runInNewContext("new Error('x')"), new DOMException('x')];
    const others = ['x', undefined, null, {}, { message: 1 }];

    expect(errors.map(isError)).toEqual([true, true, true]);
    expect(others.map(isError)).toEqual([false, false, false, false, false]);
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
