/** Every check, in the order of a run. */
import type { Check } from '../check.ts';
import { COPY_CHECKS } from './copy.ts';
import { FACT_CHECKS } from './facts.ts';
import { loadChecks } from './loads.ts';
import { PLAN_CHECKS } from './plans.ts';
import { ROLE_CHECKS } from './roles.ts';
import { SETUP_CHECKS } from './setup.ts';
import { ISOLATION_CHECK, TRANSACTION_CHECKS } from './transactions.ts';
import { VALUE_CHECKS } from './values.ts';

/** What belongs to other functions of the product; the loader imports none of them. */
export interface OtherChecks {
  /** The transaction of a direct merge: after the first loads, and before the one that repeats its operations. */
  readonly directMerge: readonly Check[];
  /** Reads of what has been loaded. */
  readonly questions: readonly Check[];
}

export const makeChecks = ({ directMerge, questions }: OtherChecks): readonly Check[] => [
  ...FACT_CHECKS,
  ...SETUP_CHECKS,
  ...PLAN_CHECKS,
  ISOLATION_CHECK,
  ...VALUE_CHECKS,
  ...COPY_CHECKS,
  ...loadChecks(directMerge),
  ...questions,
  ...TRANSACTION_CHECKS,
  ...ROLE_CHECKS,
];
