/** Which events or users count: conditions joined by and, or, not. Every condition is true or false, never unknown. */
import type { Attribute } from './attribute.ts';

/** Conditions of one filter (our choice). */
export const CONDITIONS_MAX = 20;
/** Levels of parentheses (our choice). */
export const DEPTH_MAX = 5;
/** Values of one list (our choice). */
export const VALUES_MAX = 50;
/** Days that `did` looks back (our choice: 25 months). */
export const DID_DAYS_MAX = 761;
export const DID_TIMES_MAX = 1_000_000;

export type Scalar = string | number | boolean;
export const COMPARISONS = ['>', '>=', '<', '<='] as const;
type Comparison = (typeof COMPARISONS)[number];

export type AttributeCondition =
  /** Equals one of the values, with its type: 5 is not "5". */
  | { readonly kind: 'is'; readonly attribute: Attribute; readonly values: readonly Scalar[] }
  | { readonly kind: 'contains' | 'starts_with'; readonly attribute: Attribute; readonly text: string }
  | { readonly kind: 'compare'; readonly attribute: Attribute; readonly by: Comparison; readonly number: number }
  /** Both ends included. */
  | { readonly kind: 'between'; readonly attribute: Attribute; readonly from: number; readonly to: number }
  /** Neither missing nor null. */
  | { readonly kind: 'is_set'; readonly attribute: Attribute };

/** The user has at least `times` events of this name in the `days` before the end of the period. */
export interface DidCondition {
  readonly kind: 'did';
  readonly event: string;
  readonly times: number;
  readonly days: number;
}

export type Condition = AttributeCondition | DidCondition;

export type Filter =
  | Condition
  /** At least two parts. */
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  /** Includes what is missing: `not country is DE` counts events without a country. */
  | { readonly kind: 'not'; readonly part: Filter };

export const isCondition = (filter: Filter): filter is Condition =>
  filter.kind !== 'and' && filter.kind !== 'or' && filter.kind !== 'not';

/** Every condition of a filter, from left to right. */
export function conditionsOf(filter: Filter | undefined): readonly Condition[] {
  if (filter === undefined) return [];
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.parts.flatMap(conditionsOf);
    case 'not':
      return conditionsOf(filter.part);
    default:
      return [filter];
  }
}

/** The attributes that a filter reads. */
export const attributesIn = (filter: Filter | undefined): readonly Attribute[] =>
  conditionsOf(filter).flatMap((condition) => (condition.kind === 'did' ? [] : [condition.attribute]));
