/** The report of a run, for people: a line for each check, and a summary. Pure. */
import type { Observed } from './check.ts';
import type { Json } from './json.ts';
import { judge, type Verdict, wantedOf } from './judge.ts';

export interface Judged {
  readonly id: string;
  readonly asks: string;
  readonly verdict: Verdict;
  readonly expected: Json | undefined;
  readonly observed: Json;
  readonly ms: number;
}

/** `recorded`: what the stand-in's transcript has, by check. */
export function judgeObserved({ check, observed, ms }: Observed, recorded: ReadonlyMap<string, Json>): Judged {
  const known = recorded.get(check.id);
  const { id, asks, expected } = check;
  return { id, asks, verdict: judge(check, observed, known), expected: wantedOf(expected, known), observed, ms };
}

const LABELS: Readonly<Record<Verdict['kind'], string>> = {
  ok: 'ok',
  wrong: 'WRONG',
  noted: 'noted',
  not_run: 'NOT RUN',
};
const CHARS_MAX = 48;
const NAME_CHARS = 34;

export const REPORT_HEAD = [
  'verdict        ms  check                               expected, and what was observed',
  '-------  --------  ----------------------------------  -------------------------------',
].join('\n');

export function reportCheck({ id, asks, verdict, expected, observed, ms }: Judged): string {
  const head = `${LABELS[verdict.kind].padEnd(7)}  ${String(ms).padStart(8)}  ${id.padEnd(NAME_CHARS)}`;
  switch (verdict.kind) {
    case 'ok':
      return `${head}  ${brief(observed)}`;
    case 'noted':
      return `${head}  (open) ${brief(observed)}`;
    case 'not_run':
      return `${head}  ${verdict.why}`;
    case 'wrong':
      return [`${head}  ${asks}`, `         expected ${whole(expected)}`, `         got      ${whole(observed)}`].join(
        '\n',
      );
  }
}

const whole = (value: Json | undefined): string => JSON.stringify(value) ?? 'nothing';

function brief(value: Json): string {
  const text = whole(value);
  return text.length <= CHARS_MAX ? text : `${text.slice(0, CHARS_MAX - 3)}...`;
}

export interface Summary {
  readonly target: string;
  readonly version: string;
  readonly ms: number;
}

export function summarise(judged: readonly Judged[], { target, version, ms }: Summary): string {
  const count = (kind: Verdict['kind']): number => judged.filter(({ verdict }) => verdict.kind === kind).length;
  return [
    '',
    `${target}: ${version}`,
    `${judged.length} checks in ${Math.round(ms / 1_000)} s: ${count('ok')} ok, ${count('wrong')} wrong, ${count('noted')} noted, ${count('not_run')} not run`,
    count('wrong') === 0
      ? 'Everything that the product depends on is as expected.'
      : 'The product depends on what is WRONG above.',
    '"noted": the guide leaves it open, and no statement of the product depends on it.',
  ].join('\n');
}

export const isBad = ({ verdict }: Judged): boolean => verdict.kind === 'wrong';
