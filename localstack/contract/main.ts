/** `npm run contract`: the contract suite on our local AWS, on witnesses, or on another endpoint. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { DataLoafError } from '@dataloaf/core/errors';
import { ContractError } from './contract-error.ts';
import { isBad } from './judge.ts';
import { HELP, parseContractOptions, type RunOptions, type TargetName } from './options.ts';
import { renderParser } from './parsers/judge-parser.ts';
import type { ParserName } from './parsers/parsers.ts';
import { runParser } from './parsers/run-parser.ts';
import { ensurePython } from './python.ts';
import { renderDifferences, renderTable } from './render.ts';
import { reportService } from './report.ts';
import { type RunRequest, runTarget } from './run-target.ts';
import { confirmAws } from './targets/confirm-aws.ts';
import { startLocalStackWitness } from './targets/localstack.ts';
import { startMotoWitness } from './targets/moto.ts';
import { namedTarget } from './targets/named.ts';
import { startOurs } from './targets/ours.ts';
import { missingContainers, type Starting } from './targets/running-target.ts';

/** The same codes as the other commands. */
const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
const HERE = new URL('..', import.meta.url);
const TRANSCRIPTS = fileURLToPath(new URL('contract/transcripts', HERE));

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<number> {
  const options = parseContractOptions(process.argv.slice(2));
  switch (options.kind) {
    case 'help':
      process.stdout.write(HELP);
      return EXIT.ok;
    case 'write':
      await writeFile(new URL('known-differences.md', HERE), renderDifferences());
      await writeFile(new URL('contract-table.md', HERE), renderTable());
      return EXIT.ok;
    case 'run':
      return (await run(options)) ? EXIT.ok : EXIT.failed;
  }
}

/** Returns whether the run passes. */
async function run(options: RunOptions): Promise<boolean> {
  const { where, services, record, replay } = options;
  const common = { side: undefined, services, record, replay };
  switch (where.kind) {
    case 'endpoint':
      return runAndReport({ ...common, target: namedTarget('endpoint', where.url, where.names) });
    case 'aws': {
      await confirmAws();
      const target = namedTarget('aws', undefined, where.names);
      return runAndReport({ ...common, target, record: replay === undefined ? (record ?? TRANSCRIPTS) : undefined });
    }
    case 'targets': {
      let isGood = true;
      for (const name of where.names) isGood = (await runNamed(name, options, where.isChosen)) && isGood;
      const parsers = services.includes('redshift-data') ? where.parsers : [];
      for (const name of parsers) isGood = (await runNamedParser(name, where.isChosen)) && isGood;
      return isGood;
    }
  }
}

async function runNamed(name: TargetName, options: RunOptions, isChosen: boolean): Promise<boolean> {
  const starting = await start(name);
  if (starting.kind === 'missing') {
    say(`${name.padEnd(11)} NOT RUN: ${starting.why}`);
    return !isChosen;
  }
  const { services, record, replay } = options;
  const { target, stop } = starting.running;
  const side = name === 'embedded' ? 'ours' : name;
  try {
    return await runAndReport({ target, side, services, record, replay });
  } finally {
    await stop();
  }
}

async function runNamedParser(name: ParserName, isChosen: boolean): Promise<boolean> {
  const python = await ensurePython(name);
  if (python.kind === 'missing') {
    say(`${name.padEnd(11)} NOT RUN: ${python.why}`);
    return !isChosen;
  }
  const report = await runParser(name, python);
  say(renderParser(report));
  return report.problems.length === 0;
}

async function start(name: TargetName): Promise<Starting> {
  switch (name) {
    case 'embedded':
      return { kind: 'started', running: await startOurs('embedded') };
    case 'containers':
      return startContainers();
    case 'localstack':
      return startLocalStackWitness({ image: 'pulled' });
    case 'moto':
      return startMotoWitness(await ensurePython('moto'));
  }
}

async function startContainers(): Promise<Starting> {
  try {
    return { kind: 'started', running: await startOurs('containers') };
  } catch (error) {
    return missingContainers(error);
  }
}

async function runAndReport(request: RunRequest): Promise<boolean> {
  let isGood = true;
  for await (const { service, judged } of runTarget(request)) {
    say(reportService(request.target.name, service, judged));
    isGood &&= !judged.some(isBad);
  }
  return isGood;
}

main().then(
  // Idle client connections would keep the process alive for seconds.
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exit(error instanceof ContractError ? EXIT.usage : EXIT.failed);
  },
);

function describe(error: unknown): string {
  if (!(error instanceof DataLoafError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
}
