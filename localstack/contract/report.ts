/** The output of a run: a line for each target and service, and the cases that need attention. Pure. */

import type { Judged } from './judge.ts';
import type { Service } from './services.ts';

export function reportService(target: string, service: Service, judged: readonly Judged[]): string {
  const count = (kind: Judged['verdict']['kind']): number =>
    judged.filter(({ verdict }) => verdict.kind === kind).length;
  const isAbsent = judged.length === 1 && judged[0]?.id === service && judged[0].verdict.kind === 'known';
  const facts = isAbsent
    ? 'absent, as known'
    : [
        `${count('same')} same`,
        `${count('known')} known to differ`,
        ...(count('unexplained') > 0 ? [`${count('unexplained')} UNEXPLAINED`] : []),
        ...(count('stale') > 0 ? [`${count('stale')} STALE`] : []),
      ].join(', ');
  return [`${target.padEnd(11)} ${service.padEnd(14)} ${facts}`, ...judged.flatMap(reportCase)].join('\n');
}

function reportCase({ id, verdict }: Judged): readonly string[] {
  switch (verdict.kind) {
    case 'same':
    case 'known':
      return [];
    case 'stale':
      return [`  ${id}: the entry is stale: ${verdict.why}`];
    case 'unexplained':
      return [
        `  ${id}:`,
        `    expected ${JSON.stringify(verdict.expected)}`,
        `    observed ${JSON.stringify(verdict.observed)}`,
      ];
  }
}
