/** `npm run doctor`: asks a warehouse everything that DataLoaf depends on, the local stand-in or a real one. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataLoafError } from '@dataloaf/core/errors';
import { makeChecks } from '@dataloaf/loader/doctor/checks/all';
import type { Json } from '@dataloaf/loader/doctor/json';
import { isBad, type Judged, judgeObserved, REPORT_HEAD, reportCheck, summarise } from '@dataloaf/loader/doctor/report';
import { type DoctorRun, runDoctor } from '@dataloaf/loader/doctor/run-doctor';
import { makeTranscript } from '@dataloaf/loader/doctor/transcript';
import { endWithLauncher } from '@dataloaf/tools/end-with-launcher';
import { DoctorError } from './doctor-error.ts';
import { HELP, parseDoctorOptions, type RunOptions } from './options.ts';
import { PRODUCT_CHECKS } from './product-checks.ts';
import { confirmAws, type DoctorTarget, openAws, startStandIn } from './target.ts';
import { readStandIn, TRANSCRIPTS, writeTranscript } from './transcripts.ts';

/** The same codes as the other commands; that of a Ctrl-C is the shell's. */
const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const CHECKS = makeChecks(PRODUCT_CHECKS);

const note = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

async function main(): Promise<number> {
  const options = parseDoctorOptions(process.argv.slice(2));
  if (options.kind === 'help') {
    process.stdout.write(HELP);
    return EXIT.ok;
  }
  const abort = new AbortController();
  const end = (): void => {
    if (abort.signal.aborted) return;
    note('Stopping: cancelling the statement in flight, and removing what the run has made.');
    abort.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  endWithLauncher(end);
  try {
    return await run(options, abort.signal);
  } catch (error) {
    if (abort.signal.aborted) return EXIT.interrupted;
    throw error;
  }
}

async function run(options: RunOptions, signal: AbortSignal): Promise<number> {
  const recorded = await readStandIn(TRANSCRIPTS);
  const target = await openTarget(options.where, signal);
  const startedAt = performance.now();
  const judged: Judged[] = [];
  try {
    const result = await ask(
      target,
      signal,
      (one) => {
        judged.push(one);
        show(one, options, judged.length);
      },
      recorded,
    );
    await finish(options, result, { judged, ms: performance.now() - startedAt });
  } finally {
    await target.stop();
  }
  return judged.some(isBad) ? EXIT.failed : EXIT.ok;
}

async function openTarget(where: RunOptions['where'], signal: AbortSignal): Promise<DoctorTarget> {
  if (where.kind === 'stand_in') {
    note('Starting a local stack of its own.');
    return startStandIn(signal);
  }
  await confirmAws(where);
  note('Asking the warehouse. One that sleeps needs about a minute to wake.');
  return openAws(where);
}

function ask(
  { options, ports }: DoctorTarget,
  signal: AbortSignal,
  onJudged: (judged: Judged) => void,
  recorded: ReadonlyMap<string, Json>,
): Promise<DoctorRun> {
  return runDoctor(
    { ...options, checks: CHECKS },
    {
      ...ports,
      signal,
      now: Date.now,
      pause: async (ms) => sleep(ms, undefined, { signal }),
      newToken: randomUUID,
      onCheck: (observed) => onJudged(judgeObserved(observed, recorded)),
      onNote: note,
    },
  );
}

/** Each line appears when its check has ended, so a long run shows how far it is. */
function show(one: Judged, { isJson }: RunOptions, count: number): void {
  if (isJson) note(`${count} of ${CHECKS.length}: ${one.id} ${one.verdict.kind}`);
  else process.stdout.write(`${count === 1 ? `${REPORT_HEAD}\n` : ''}${reportCheck(one)}\n`);
}

async function finish(
  { isJson, record, where }: RunOptions,
  result: DoctorRun,
  { judged, ms }: { readonly judged: readonly Judged[]; readonly ms: number },
): Promise<void> {
  const transcript = makeTranscript(result);
  if (isJson) process.stdout.write(`${JSON.stringify({ ...transcript, verdicts: judged }, null, 1)}\n`);
  else process.stdout.write(`${summarise(judged, { target: transcript.target, version: transcript.version, ms })}\n`);
  const dir = record ?? (where.kind === 'aws' ? TRANSCRIPTS : undefined);
  if (dir !== undefined) note(`Transcript: ${await writeTranscript(dir, transcript)}`);
}

main().then(
  // Idle client connections would keep the process alive for seconds.
  (code) => process.exit(code),
  (error: unknown) => {
    note(describe(error));
    process.exit(error instanceof DoctorError ? EXIT.usage : EXIT.failed);
  },
);

/** A person can act on our own errors. Any other error is a bug, so its stack trace is shown. */
function describe(error: unknown): string {
  if (!(error instanceof DataLoafError)) return error instanceof Error ? (error.stack ?? error.message) : String(error);
  return error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
}
