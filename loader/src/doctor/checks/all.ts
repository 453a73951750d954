/** Every check, in the order of a run. */
import type { Check } from '../check.ts';
import { COPY_CHECKS } from './copy.ts';
import { FACT_CHECKS } from './facts.ts';
import { LOAD_CHECKS } from './loads.ts';
import { PLAN_CHECKS } from './plans.ts';
import { ROLE_CHECKS } from './roles.ts';
import { SETUP_CHECKS } from './setup.ts';
import { ISOLATION_CHECK, TRANSACTION_CHECKS } from './transactions.ts';
import { VALUE_CHECKS } from './values.ts';

export const CHECKS: readonly Check[] = [
  ...FACT_CHECKS,
  ...SETUP_CHECKS,
  ...PLAN_CHECKS,
  ISOLATION_CHECK,
  ...VALUE_CHECKS,
  ...COPY_CHECKS,
  ...LOAD_CHECKS,
  ...TRANSACTION_CHECKS,
  ...ROLE_CHECKS,
];
