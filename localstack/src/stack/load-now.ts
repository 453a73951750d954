/** "Load now", for a person or a script: flushes Firehose, then ticks until the loader has nothing left. */
import { messageOf } from '@dataloaf/core/errors';
import type { InvokeResult } from '../aws/lambda/runner.ts';

/** In ascending order of importance. One load may take several ticks; its outcome is the most important one. */
const OUTCOMES = ['nothing_new', 'loaded', 'parked', 'undecided', 'failed'] as const;
type LoadOutcome = (typeof OUTCOMES)[number];

export interface LoadAnswer {
  readonly outcome: LoadOutcome;
  readonly batch: unknown;
  /** Why the load failed. */
  readonly message?: string;
}

/** One tick loads at most 1,000 objects, so this is enough for a million. */
const TICKS_PER_LOAD_MAX = 1_000;

export interface LoadPorts {
  /** Delivers everything that Firehose holds. @returns number of objects */
  flush(): Promise<number>;
  /** One tick of the loader, after a running one has finished. */
  invokeLoader(): Promise<InvokeResult>;
}

/** Never throws. */
export async function loadNow(ports: LoadPorts): Promise<LoadAnswer> {
  try {
    await ports.flush();
  } catch (error) {
    return { outcome: 'failed', batch: null, message: `Firehose could not deliver: ${messageOf(error)}` };
  }
  let answer: LoadAnswer = { outcome: 'nothing_new', batch: null };
  for (let tick = 0; tick < TICKS_PER_LOAD_MAX; tick += 1) {
    const next = answerOf(await ports.invokeLoader());
    answer = moreImportant(answer, next.answer);
    if (!next.hasMore) return answer;
  }
  return answer;
}

/** Between equal outcomes the later tick wins: it has the newer batch. */
const moreImportant = (before: LoadAnswer, next: LoadAnswer): LoadAnswer =>
  OUTCOMES.indexOf(next.outcome) >= OUTCOMES.indexOf(before.outcome) ? next : before;

function answerOf(result: InvokeResult): { readonly answer: LoadAnswer; readonly hasMore: boolean } {
  if (result.kind !== 'ok') {
    const message =
      result.kind === 'error' ? `${result.errorType}: ${result.message}` : `The loader is ${result.kind}.`;
    return { answer: { outcome: 'failed', batch: null, message }, hasMore: false };
  }
  const fields = new Map<string, unknown>(Object.entries(Object(result.payload)));
  const outcome = OUTCOMES.find((known) => known === fields.get('outcome'));
  if (outcome === undefined) {
    const message = `The loader returned ${JSON.stringify(result.payload).slice(0, 200)}.`;
    return { answer: { outcome: 'failed', batch: null, message }, hasMore: false };
  }
  const { more, ...rest } = Object.fromEntries(fields);
  const canContinue = outcome !== 'failed' && outcome !== 'undecided';
  return { answer: { ...rest, outcome, batch: rest['batch'] ?? null }, hasMore: canContinue && more === true };
}
