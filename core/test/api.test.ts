import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { API_ERRORS, isPathId, ROUTES, routeKey } from '@dataloaf/core/api';
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

it('lists every code that the Lambdas respond with, and its status', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const files = ['core/src/lambda', 'ingest/src', 'merge/src'].flatMap((folder) =>
    fs.readdirSync(path.join(root, folder)).map((name) => path.join(root, folder, name)),
  );

  const thrown = files.flatMap((file) =>
    [...fs.readFileSync(file, 'utf8').matchAll(/new RequestError\(\s*(\d+),\s*'(\w+)'/g)].map(
      ([, status, code = '']) => [code, Number(status)],
    ),
  );

  expect(Object.entries(API_ERRORS).sort()).toEqual(
    Object.entries(Object.fromEntries(thrown) as Record<string, number>).sort(),
  );
});
