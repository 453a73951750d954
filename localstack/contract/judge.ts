/** Compares the result of a suite with the known differences. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { CaseFacts, CaseResult, Json, Suite, SuiteResult } from './case.ts';
import type { KnownFor } from './differences/all.ts';

type Verdict =
  | { readonly kind: 'same' }
  /** Differs, and an entry explains it. */
  | { readonly kind: 'known'; readonly why: string }
  /** Differs without an entry, or not as its entry says. */
  | { readonly kind: 'unexplained'; readonly expected: Json; readonly observed: Json }
  /** Has an entry but does not differ. */
  | { readonly kind: 'stale'; readonly why: string };

export interface Judged {
  /** Id of a case, or the name of a service. */
  readonly id: string;
  readonly verdict: Verdict;
}

export function judge(suite: Suite, result: SuiteResult, known: KnownFor): readonly Judged[] {
  if (result.kind === 'absent') return [{ id: suite.service, verdict: judgeAbsence(result.evidence, known) }];
  const stale: readonly Judged[] =
    known.absent === undefined ? [] : [{ id: suite.service, verdict: { kind: 'stale', why: known.absent.why } }];
  const facts = new Map(suite.cases.map((one) => [one.id, one]));
  return [
    ...stale,
    ...result.results.map((one) => ({ id: one.id, verdict: judgeCase(one, facts.get(one.id), known) })),
  ];
}

function judgeAbsence(evidence: string, { absent }: KnownFor): Verdict {
  if (absent !== undefined) return { kind: 'known', why: `${absent.why} (${evidence})` };
  return { kind: 'unexplained', expected: 'the service', observed: evidence };
}

function judgeCase(result: CaseResult, facts: CaseFacts | undefined, known: KnownFor): Verdict {
  const entry = known.cases.find((one) => one.case === result.id);
  if (result.isAsDocumented) return entry === undefined ? { kind: 'same' } : { kind: 'stale', why: entry.why };
  if (entry !== undefined && isDeepStrictEqual(entry.seen, result.observed)) return { kind: 'known', why: entry.why };
  return { kind: 'unexplained', expected: facts?.expected ?? null, observed: result.observed };
}

/** Verdicts that fail a run. */
export const isBad = ({ verdict }: Judged): boolean => verdict.kind === 'unexplained' || verdict.kind === 'stale';
