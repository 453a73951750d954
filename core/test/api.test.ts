import { isPathId, ROUTES, routeKey } from '@dataloaf/core/api';
import { expect, it } from 'vitest';

it('names every route by method and path, each once', () => {
  const names = Object.values(ROUTES).map(routeKey);

  expect(names).toContain('PATCH /v1/users/{user_id}');
  expect(new Set(names).size).toBe(names.length);
});

it.each(['u1', 'A.z_0~@:-', 'x'.repeat(256)])('accepts %s as an id in a path', (id) => {
  expect(isPathId(id)).toBe(true);
});

it.each(['', 'a b', 'a/b', 'ä', 'a%20b', 'a\n', 'a+b'])('does not accept %j as an id in a path', (id) => {
  expect(isPathId(id)).toBe(false);
});
