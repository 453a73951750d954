import type { RejectedItem } from '@dataloaf/core/api';
import { expect, it } from 'vitest';
import { answerItems } from '../../src/lambda/answer-items.ts';

const REJECTED: readonly RejectedItem[] = [{ index: 1, id: 'bad', code: 'time_invalid', message: 'no time' }];
const first = { line: 'a\n', id: 'a', index: 0 };
const third = { line: 'c\n', id: null, index: 2 };

it('answers 200 with counts when every accepted item is stored', () => {
  const answer = answerItems(REJECTED, { stored: [first, third], refused: [] });

  expect(answer).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ accepted: 2, rejected: REJECTED }),
  });
});

it('answers 200 when every item is rejected: no retry would help', () => {
  const answer = answerItems(REJECTED, { stored: [], refused: [] });

  expect([answer.statusCode, JSON.parse(answer.body).accepted]).toEqual([200, 0]);
});

it('answers 503 with Retry-After and lists the items to retry, without their lines', () => {
  const answer = answerItems(REJECTED, { stored: [first], refused: [third] });

  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([503, '1']);
  expect(JSON.parse(answer.body)).toEqual({ accepted: 1, rejected: REJECTED, retry: [{ index: 2, id: null }] });
});
