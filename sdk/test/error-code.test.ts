import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { codeOf } from '../src/error-code.ts';

it.each([
  ['an error', Object.assign(new Error('x'), { code: 'ENOSPC' }), 'ENOSPC'],
  ['an error of another realm', runInNewContext("Object.assign(new Error('x'), { code: 'ENOSPC' })"), 'ENOSPC'],
  ['an error without a code', new Error('x'), ''],
  ['a string', 'ENOSPC', ''],
  ['nothing', undefined, ''],
])('reads the code of %s', (_, error, code) => {
  expect(codeOf(error)).toBe(code);
});
