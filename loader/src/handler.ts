/** The loader Lambda: one three-minute pass. Wiring only. */
import { LOAD_WAIT_MS } from '@dataloaf/core/limits';
import { createLoaderParts, type ScheduledEvent } from './parts.ts';
import { type TickAnswer, tick } from './tick.ts';

const parts = createLoaderParts('loader');

export async function handler(event: ScheduledEvent): Promise<TickAnswer> {
  const startedAt = Date.now();
  const now = event.time === undefined ? new Date() : new Date(event.time);
  const answer = await tick({ ...parts, now, deadlineMs: startedAt + LOAD_WAIT_MS });
  parts.log[answer.outcome === 'failed' || answer.outcome === 'parked' ? 'error' : 'info'](
    { ...answer, ms: Date.now() - startedAt },
    'tick ended',
  );
  return answer;
}
