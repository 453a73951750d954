/** What an observation means. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Check, Expected } from './check.ts';
import type { Json } from './json.ts';

export type Verdict =
  | { readonly kind: 'ok' }
  /** The product depends on something else. */
  | { readonly kind: 'wrong' }
  /** The guide leaves it open, and no statement depends on it. */
  | { readonly kind: 'noted' }
  | { readonly kind: 'not_run'; readonly why: string };

/** A check that could not run observes this. */
export const notRun = (why: string): Json => ({ not_run: why });

/** `recorded` is what the stand-in's transcript has for the check; undefined when it has none. */
export function judge({ expected }: Pick<Check, 'expected'>, observed: Json, recorded: Json | undefined): Verdict {
  const why = whyNotRun(observed);
  if (why !== undefined) return { kind: 'not_run', why };
  const wanted = wantedOf(expected, recorded);
  if (wanted === undefined) return { kind: 'noted' };
  return { kind: isDeepStrictEqual(wanted, observed) ? 'ok' : 'wrong' };
}

/** Undefined when any observation is right. */
export function wantedOf(expected: Expected, recorded: Json | undefined): Json | undefined {
  switch (expected.kind) {
    case 'needed':
      return expected.value;
    case 'recorded':
      return recorded;
    case 'open':
      return undefined;
  }
}

export function whyNotRun(observed: Json): string | undefined {
  if (typeof observed !== 'object' || observed === null || !('not_run' in observed)) return undefined;
  return String(observed.not_run);
}
