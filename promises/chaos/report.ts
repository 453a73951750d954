/** The words in which a run reports. */
import type { Chaos, Judgement } from './chaos.ts';
import { isClean, type Verdict } from './oracle.ts';

const SAMPLES = 5;

export const isRight = ({ verdict, complaints }: Judgement): boolean => isClean(verdict) && complaints.length === 0;

/** One line of figures, then samples of whatever is wrong. */
export function reportOf(
  judgement: Judgement,
  { seed, chaos }: { readonly seed: number; readonly chaos: Chaos },
): string {
  const { verdict, acknowledged, stored, complaints } = judgement;
  const figures = [
    `seed ${seed}`,
    `faults ${faultsOf(chaos)}`,
    `${chaos.starts} starts of the stack`,
    `acknowledged ${acknowledged.http + acknowledged.sdk} (HTTP ${acknowledged.http}, SDK ${acknowledged.sdk})`,
    `stored ${stored.events} events, ${stored.operations} operations`,
    ...keysOf(verdict).map(([name, keys]) => `${name} ${keys.length}`),
  ];
  const samples = keysOf(verdict).flatMap(([name, keys]) => keys.slice(0, SAMPLES).map((key) => `${name}: ${key}`));
  return [`chaos: ${figures.join(' | ')}`, ...samples, ...complaints.slice(0, 2 * SAMPLES)].join('\n');
}

const keysOf = (verdict: Verdict): [string, readonly string[]][] => Object.entries({ ...verdict });

function faultsOf({ faults }: Chaos): string {
  const hits = [...faults].filter(([, { hit }]) => hit > 0).sort(([, a], [, b]) => b.hit - a.hit);
  const total = hits.reduce((sum, [, { hit }]) => sum + hit, 0);
  const skipped = [...faults].filter(([, counts]) => counts.skipped > 0).map(([name]) => name);
  const notTested = skipped.length === 0 ? '' : `; NOT TESTED: ${skipped.join(', ')}`;
  return `${total} (${hits.map(([name, { hit }]) => `${name} ${hit}`).join(', ')}${notTested})`;
}
