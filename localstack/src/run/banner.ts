/** The text that a person sees when the stack is ready. */
import { TICK_MS } from '@dataloaf/core/limits';
import pc from 'picocolors';
import { localAwsEnvironment } from '../aws/clients.ts';
import type { Stack } from '../stack/stack.ts';
import { KEYS } from './hotkeys.ts';

export interface BannerFacts {
  /** From the start of the process to now. */
  readonly seconds: number;
  /** Everything unusual about this start, one sentence each. */
  readonly notes: readonly string[];
  readonly seeded: number;
  readonly hasKeys: boolean;
}

const NAME_WIDTH = 13;
const SERVICES = {
  embedded: 'S3, Firehose, Redshift Data API, Lambda, Scheduler',
  containers: 'S3 from LocalStack; Firehose, Redshift Data API, Lambda, Scheduler',
} as const;
const KEEPS_NOTHING = 'S3 and the warehouse run in containers. Their data is lost when this stack stops.';
const SOURCES = {
  system: 'installed on this machine',
  embedded: 'from npm',
  external: 'from DATALOAF_PG_URL',
  container: 'in a container',
} as const;
// picocolors alone would also color the output of a CI without a terminal.
const color = pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);

export function banner(stack: Stack, facts: BannerFacts): string {
  const { seconds, notes, seeded } = facts;
  const { rebuilt } = stack.backend.postgres;
  const remarks = [
    ...notes,
    ...(stack.backend.name === 'containers' ? [KEEPS_NOTHING] : []),
    ...(rebuilt === undefined ? [] : [`${rebuilt.reason} The warehouse is being rebuilt from S3.`]),
  ];
  const lines = [
    `${color.bold(color.green('DataLoaf'))} ${color.dim('is running on this machine, ready in')} ${seconds.toFixed(1)} s`,
    ...remarks.map((remark) => color.yellow(remark)),
    '',
    ...addresses(stack),
    '',
    ...exportsOf(stack).map((line) => `${color.dim('export')} ${line}`),
    '',
    `${seeded > 0 ? `${seeded.toLocaleString('en')} sample events sent and loaded. ` : ''}New data is loaded every ${TICK_MS / 1_000} s.`,
    facts.hasKeys ? keyLine() : color.dim(`Stop it with Ctrl-C, or SIGTERM to process ${stack.facts.pid}.`),
  ];
  return `\n${lines.map((line) => (line === '' ? '' : `  ${line}`)).join('\n')}\n\n`;
}

const keyLine = (): string =>
  [...KEYS, { key: 'q', name: 'quit' }].map(({ key, name }) => `${color.bold(key)} ${color.dim(name)}`).join('   ');

function addresses({ facts, backend }: Stack): readonly string[] {
  const rows = [
    ['Insights', color.bold(color.cyan(facts.insights))],
    ['API', color.cyan(facts.api)],
    ['AWS', `${color.cyan(facts.aws)}  ${color.dim(SERVICES[backend.name])}`],
    [
      'Warehouse',
      `Postgres ${backend.postgres.version} ${SOURCES[backend.postgres.source]}, port ${new URL(facts.postgres).port || 5432}`,
    ],
    ['Server key', facts.serverKey],
    ['Browser key', facts.browserKey],
    ['Data', facts.dir],
  ];
  return rows.map(([name = '', value]) => `${color.dim(name.padEnd(NAME_WIDTH))}${value}`);
}

/** Variables for the AWS SDK and the AWS CLI, then for our own programs. */
const exportsOf = ({ facts }: Stack): readonly string[] => [
  ...Object.entries(localAwsEnvironment(facts.aws)).map(([name, value]) => `${name}=${value}`),
  `DATALOAF_ENDPOINT=${facts.api}`,
  `DATALOAF_SERVER_KEY=${facts.serverKey}`,
];
