/** The two documents that are made of cases and entries: what is known to differ, and the table of all cases. Pure. */
import { KEPT_OURS } from '../src/stack/backends/kept-ours.ts';
import type { CaseFacts, Json, Suite } from './case.ts';
import { DIFFERENCES, knownFor } from './differences/all.ts';
import type { CaseDifference, Side } from './differences/difference.ts';
import type { Service } from './services.ts';
import { SUITES } from './suites.ts';

const NOTE =
  'Made by `npm run contract -- --write` from `localstack/contract`; a test fails when it is not up to date.';
const NAMES: Readonly<Record<Side, string>> = {
  ours: 'Ours',
  containers: 'Ours on containers',
  localstack: 'LocalStack 4.14.0',
  moto: 'moto 5.2.5',
};
const RIGHT = { ours: 'ours', aws: 'AWS; ours does otherwise, too' } as const;

/** `known-differences.md` */
export function renderDifferences(): string {
  const sections = (['ours', 'containers', 'localstack', 'moto'] as const).map(renderSide);
  const kept = KEPT_OURS.map(
    ({ service, reason, source }) => `- **${service}**: ${oneLine(reason)} Known from: ${source}.`,
  );
  return [
    '# Known differences',
    '',
    NOTE,
    '',
    'Where somebody does otherwise than AWS documents. Each run of the contract suite tries every entry again and fails on',
    'one that no longer holds, as on a difference without an entry. No real account was tried yet: "documented" is what the',
    'named page says. What the local AWS does not do at all it refuses with a 501 and the name of the operation.',
    '',
    ...sections.flat(),
    '## What stays ours on both back ends',
    '',
    ...kept,
    '',
  ].join('\n');
}

function renderSide(side: Side): readonly string[] {
  const own = DIFFERENCES.filter((one) => one.on === side);
  const absent = own.flatMap((one) => (one.kind === 'absent' ? [`- **${one.service}**, all of it: ${one.why}`] : []));
  const cases = own.flatMap((one) => (one.kind === 'differs' ? renderCase(one) : []));
  return [`## ${NAMES[side]}`, '', ...absent, ...cases, ''];
}

function renderCase(entry: CaseDifference): readonly string[] {
  const facts = factsOf(entry.case);
  const right = entry.on === 'ours' || entry.on === 'containers' ? 'AWS' : RIGHT[entry.right];
  return [
    `- **${entry.case}**: ${facts?.rule ?? ''}.`,
    `  Seen: ${code(entry.seen)}, documented: ${code(facts?.expected ?? null)} (${facts?.source ?? ''}).`,
    `  Right: ${right}. ${entry.why}`,
  ];
}

const COLUMNS = ['ours', 'containers', 'localstack', 'moto'] as const;

/** `contract-table.md` */
export function renderTable(): string {
  const rows = SUITES.flatMap((suite) => [
    `| **${suite.service}** | | | | |`,
    ...suite.cases.map((one) => renderRow(suite, one)),
  ]);
  return [
    '# Contract table',
    '',
    NOTE,
    '',
    'Every case, and who does as AWS documents. `differs` and `absent` have their reason in',
    '[known-differences.md](known-differences.md), by the name of the case or the service.',
    '',
    '| case | ours | ours on containers | LocalStack 4.14.0 | moto 5.2.5 |',
    '|---|---|---|---|---|',
    renderSums(),
    ...rows,
    '',
  ].join('\n');
}

function renderSums(): string {
  const sums = COLUMNS.map((side) => {
    const cells = SUITES.flatMap((suite) => suite.cases.map(({ id }) => cellOf(side, suite.service, id)));
    const count = (cell: Cell): number => cells.filter((each) => each === cell).length;
    return `${count('same')} same, ${count('differs')} differ, ${count('absent')} absent`;
  });
  const cases = SUITES.reduce((sum, suite) => sum + suite.cases.length, 0);
  return `| **all ${cases}** | ${sums.join(' | ')} |`;
}

const renderRow = (suite: Suite, { id, rule }: CaseFacts): string =>
  `| \`${id}\` ${rule} | ${COLUMNS.map((side) => cellOf(side, suite.service, id)).join(' | ')} |`;

type Cell = 'same' | 'differs' | 'absent';

function cellOf(side: Side, service: Service, id: string): Cell {
  const { absent, cases } = knownFor(side, service);
  if (absent !== undefined) return 'absent';
  return cases.some((one) => one.case === id) ? 'differs' : 'same';
}

const factsOf = (id: string): CaseFacts | undefined =>
  SUITES.flatMap((suite) => suite.cases).find((one) => one.id === id);

const code = (value: Json): string => `\`${JSON.stringify(value).replaceAll('`', "'")}\``;
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');
