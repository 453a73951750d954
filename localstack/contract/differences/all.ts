/** All known differences, and those that apply to one target. */
import type { Service } from '../services.ts';
import type { AbsentService, CaseDifference, Difference, Side } from './difference.ts';
import { LOCALSTACK } from './localstack.ts';
import { MOTO } from './moto.ts';
import { OURS } from './ours.ts';

export const DIFFERENCES: readonly Difference[] = [...OURS, ...LOCALSTACK, ...MOTO];

export interface KnownFor {
  readonly absent: AbsentService | undefined;
  readonly cases: readonly CaseDifference[];
}

/** The known differences of `side` for a service. */
export function knownFor(side: Side, service: Service, all: readonly Difference[] = DIFFERENCES): KnownFor {
  const absent = all.find(
    (one): one is AbsentService => one.kind === 'absent' && one.on === side && one.service === service,
  );
  return { absent, cases: casesOf(side, service, all) };
}

function casesOf(side: Side, service: Service, all: readonly Difference[]): readonly CaseDifference[] {
  const own = all.filter(
    (one): one is CaseDifference => one.kind === 'differs' && one.on === side && one.case.startsWith(`${service}.`),
  );
  if (side !== 'containers') return own;
  const inherited = casesOf(service === 's3' ? 'localstack' : 'ours', service, all);
  return [...own, ...inherited.filter((one) => !own.some((each) => each.case === one.case))];
}
