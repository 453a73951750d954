/** What a person sees when the stack is ready. */
import pc from 'picocolors';
import { localAwsEnvironment } from './aws-clients.ts';
import type { Stack } from './stack.ts';

export function banner({ facts, postgres }: Stack, seconds: number): string {
  const exports = Object.entries(localAwsEnvironment(facts.aws)).map(([name, value]) => `export ${name}=${value}`);
  const source = { system: 'this machine', embedded: 'npm package', external: 'DATALOAF_PG_URL' }[postgres.source];
  const rows = [
    ['Insights', pc.bold(facts.insights)],
    ['API', facts.api],
    ['AWS', `${facts.aws}  (S3, Firehose, Redshift Data API, Scheduler)`],
    ['Warehouse', `Postgres ${postgres.version}, ${source}`],
    ['Server key', facts.serverKey],
    ['Browser key', facts.browserKey],
    ['Data', facts.dir],
  ];
  return [
    '',
    `${pc.bold('DataLoaf')} runs on this machine, ready in ${seconds.toFixed(1)} s.${note(postgres.rebuilt?.reason)}`,
    '',
    ...rows.map(([name = '', value]) => `  ${pc.dim(name.padEnd(12))}${value}`),
    '',
    ...exports.map((line) => `  ${line}`),
    '',
    pc.dim('  Loads every 180 s. Keys: l load now, f flush, s seed 1,000 events, r reset, q quit.'),
    '',
    '',
  ].join('\n');
}

const note = (reason: string | undefined): string =>
  reason === undefined ? '' : `\n${pc.yellow(reason)} The warehouse was made anew and is filled from S3.`;
