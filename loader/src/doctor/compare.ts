/** Compares what the stand-in observes now with a transcript: each check the same, or listed with a reason. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { Json } from './json.ts';
import { whyNotRun } from './judge.ts';
import type { KnownDifference } from './known-differences.ts';
import type { Transcript } from './transcript.ts';

export type Difference =
  | { readonly kind: 'differs'; readonly id: string; readonly recorded: Json; readonly now: Json }
  /** The transcript has no such check: it is older than the check. */
  | { readonly kind: 'not_recorded'; readonly id: string }
  /** The transcript has a check that no longer exists. */
  | { readonly kind: 'gone'; readonly id: string }
  /** Listed as different, and it is not, or in another way. */
  | { readonly kind: 'stale'; readonly id: string; readonly why: string };

/** Facts describe one warehouse. Two need not agree on them. */
const isCompared = (id: string): boolean => !id.startsWith('fact.');

export function compareTranscripts(
  recorded: Transcript,
  now: Pick<Transcript, 'checks'>,
  known: readonly KnownDifference[],
): readonly Difference[] {
  const before = new Map(recorded.checks.map(({ id, observed }) => [id, observed]));
  const after = new Map(now.checks.map(({ id, observed }) => [id, observed]));
  const ids = [...new Set([...before.keys(), ...after.keys()])].filter(isCompared);
  return ids.flatMap((id) => {
    const entry = known.find((one) => one.check === id && one.target === recorded.target);
    const difference = compareOne(id, before.get(id), after.get(id));
    if (entry === undefined) return difference ?? [];
    const isAsListed = difference?.kind === 'differs' && isDeepStrictEqual(difference.recorded, entry.redshift);
    return isAsListed ? [] : [{ kind: 'stale', id, why: entry.why } as const];
  });
}

function compareOne(id: string, recorded: Json | undefined, now: Json | undefined): Difference | undefined {
  if (now === undefined) return { kind: 'gone', id };
  if (recorded === undefined) return { kind: 'not_recorded', id };
  if (whyNotRun(recorded) !== undefined || whyNotRun(now) !== undefined) return undefined;
  return isDeepStrictEqual(recorded, now) ? undefined : { kind: 'differs', id, recorded, now };
}
