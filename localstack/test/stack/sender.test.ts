import { createKey } from '@dataloaf/core/lambda/keys';
import { describe, expect, it } from 'vitest';
import { senderBy } from '../../src/stack/sender.ts';

const server = createKey('server');
const browser = createKey('browser');
const senderOf = senderBy({ stored: [server.stored, browser.stored] });
const route = (routeKey: string) => ({ routeKey, pathParameters: {} });

describe('the sender of a request', () => {
  it.each([
    ['POST /v1/events', `Bearer ${server.key}`, 'known'],
    ['PATCH /v1/users/{user_id}', `bearer  ${server.key} `, 'known'],
    ['POST /v1/events', undefined, 'unknown_key'],
    ['POST /v1/users', `Bearer ${createKey('server').key}`, 'unknown_key'],
    ['PATCH /v1/users', `Bearer ${browser.key}`, 'unknown_key'],
    ['PATCH /v1/users', server.key, 'unknown_key'],
    ['POST /v1/collect', undefined, 'stranger'],
    ['POST /v1/collect', `Bearer ${server.key}`, 'stranger'],
    ['GET /health', undefined, 'stranger'],
  ])('of %s with %s is %s', (key, authorization, sender) => {
    expect(senderOf(route(key), { authorization })).toBe(sender);
  });
});
