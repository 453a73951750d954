/**
 * The attributes that the API takes. The rules are its own (`check`); what they refuse is left out with its reason, and the
 * rest stays: a member of an object alone, a value of a list with its list, because the places of the others would shift.
 */
import { ATTRIBUTES_MAX, KEYS_MAX } from '@dataloaf/core/limits';
import { checkAttributes } from '@dataloaf/core/values/attributes';
import { namesIn } from '@dataloaf/core/values/json-shape';
import { isObject, type Rejection } from '@dataloaf/core/values/parsed';
import { type LeftOut, leaveOut } from './left-out.ts';

type Members = Readonly<Record<string, unknown>>;

/** A rule of attributes. `field` is the caller's name for them. */
export type Check = (attributes: Members, field: string) => Rejection | undefined;

export interface KeepOptions {
  readonly field: string;
  readonly check: Check;
}

/** `attributes` is JSON. The same object when all of it is allowed. */
export function keepAllowed(attributes: Members, { field, check }: KeepOptions, leftOut: LeftOut[]): Members {
  if (check(attributes, field) === undefined) return attributes;
  const kept: [string, unknown][] = [];
  let names = 0;
  for (const [name, value] of Object.entries(attributes)) {
    const pruned = prune([name, value], { path: [field], check, leftOut });
    if (pruned === REFUSED) continue;
    names += 1 + namesIn(pruned);
    if (kept.length < ATTRIBUTES_MAX && names <= KEYS_MAX) {
      kept.push([name, pruned]);
      continue;
    }
    names -= 1 + namesIn(pruned);
    const rule = `at most ${ATTRIBUTES_MAX} attributes and ${KEYS_MAX} names, nested ones included`;
    leaveOut(leftOut, [field, name], `Expected ${field} to have ${rule}, got more.`);
  }
  return Object.fromEntries(kept);
}

interface Pruning {
  /** The names around the member. */
  readonly path: readonly string[];
  readonly check: Check;
  readonly leftOut: LeftOut[];
}

const REFUSED = Symbol('refused');

/** The value of the member, without what is refused inside it. */
function prune([name, value]: readonly [string, unknown], { path, check, leftOut }: Pruning): unknown {
  const broken = check({ [name]: value }, path.join('.'));
  if (broken === undefined) return value;
  const inner = pruneInside(value, { path: [...path, name], check: checkAttributes, leftOut });
  // Still refused: for its own name, or for a value that has no members.
  const left = inner === REFUSED ? broken : check({ [name]: inner }, path.join('.'));
  if (left === undefined) return inner;
  leaveOut(leftOut, [...path, name], left.message);
  return REFUSED;
}

function pruneInside(value: unknown, pruning: Pruning): unknown {
  if (Array.isArray(value)) return pruneList(value, pruning);
  return isObject(value) ? pruneMembers(value, pruning) : REFUSED;
}

function pruneMembers(members: Members, pruning: Pruning): Members {
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(members)) {
    const pruned = prune([name, value], pruning);
    if (pruned !== REFUSED) kept.push([name, pruned]);
  }
  return Object.fromEntries(kept);
}

/** Members of its objects are left out alone. */
function pruneList(list: readonly unknown[], pruning: Pruning): unknown {
  const kept: unknown[] = [];
  for (const value of list) {
    const isRefused = pruning.check({ value }, '') !== undefined;
    const pruned = isRefused ? pruneInside(value, pruning) : value;
    if (pruned === REFUSED) return REFUSED;
    kept.push(pruned);
  }
  return kept;
}
