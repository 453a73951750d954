/** Which route of an HTTP API a request takes. Pure. */
import { routeKey } from '@dataloaf/core/api';
import type { RouteSpec } from '@dataloaf/infra/deployment';
import type { MatchedRoute } from './event.ts';

interface CompiledRoute {
  readonly spec: RouteSpec;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

export class Routes {
  readonly #routes: readonly CompiledRoute[];

  constructor(routes: readonly RouteSpec[]) {
    // API Gateway takes the most specific route: one without parameters comes first.
    this.#routes = routes.map(compile).sort((a, b) => a.names.length - b.names.length);
  }

  match(method: string, path: string): (MatchedRoute & { readonly function: string }) | undefined {
    for (const { spec, pattern, names } of this.#routes) {
      const match = spec.method === method ? pattern.exec(path) : null;
      if (match === null) continue;
      const values = match.slice(1).map(decode);
      const pathParameters = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
      return { routeKey: routeKey(spec), pathParameters, function: spec.function };
    }
    return undefined;
  }
}

/** `{user_id}` matches one segment that is not empty. */
function compile(spec: RouteSpec): CompiledRoute {
  const parts = spec.path.split(/\{([^}]+)\}/);
  const source = parts.map((part, index) => (index % 2 === 1 ? '([^/]+)' : escapePattern(part))).join('');
  return { spec, pattern: new RegExp(`^${source}$`), names: parts.filter((_, index) => index % 2 === 1) };
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // Not valid percent-encoded UTF-8: the function judges the raw string.
  }
}
