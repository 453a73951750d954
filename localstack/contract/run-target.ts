/** Runs suites on one target and judges their results. */

import { type KnownFor, knownFor } from './differences/all.ts';
import type { Side } from './differences/difference.ts';
import { type Judged, judge } from './judge.ts';
import type { Service } from './services.ts';
import { SUITES } from './suites.ts';
import type { Target } from './target.ts';
import { judgeReplay, Recorder, readTranscript, type TranscribedCase } from './transcript.ts';

export interface RunRequest {
  readonly target: Target;
  /** Whose entries apply. Undefined for none: every difference is unexplained. */
  readonly side: Side | undefined;
  readonly services: readonly Service[];
  readonly record?: string | undefined;
  readonly replay?: string | undefined;
}

export interface JudgedService {
  readonly service: Service;
  readonly judged: readonly Judged[];
}

export async function* runTarget(request: RunRequest): AsyncGenerator<JudgedService> {
  const recorder = new Recorder();
  const isRecorded = request.record !== undefined;
  const onExchange = recorder.note.bind(recorder);
  const target: Target = isRecorded ? { ...request.target, onExchange } : request.target;
  for (const suite of SUITES.filter(({ service }) => request.services.includes(service))) {
    const recorded = await transcriptFor(request, suite.service);
    if (recorded === 'none') continue;
    const result = await suite.run(target);
    if (request.record !== undefined) await recorder.write(request.record, result);
    const judged =
      recorded === undefined ? judge(suite, result, entriesFor(request, suite.service)) : judgeReplay(result, recorded);
    yield { service: suite.service, judged };
  }
}

/** Undefined: compare with the documentation. `none`: a transcript was requested, but this service has none. */
async function transcriptFor(
  { replay }: RunRequest,
  service: Service,
): Promise<readonly TranscribedCase[] | undefined | 'none'> {
  return replay === undefined ? undefined : ((await readTranscript(replay, service)) ?? 'none');
}

const entriesFor = ({ side }: RunRequest, service: Service): KnownFor =>
  side === undefined ? { absent: undefined, cases: [] } : knownFor(side, service);
