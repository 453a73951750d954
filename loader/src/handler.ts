/** The loader Lambda: one three-minute tick. Wiring only. */
import { LOAD_WAIT_MS } from '@dataloaf/core/limits';
import { type TickResult, tick } from './tick.ts';
import { type ScheduledEvent, wireLoader } from './wire-loader.ts';

const { options, ports } = wireLoader();

export async function handler(event: ScheduledEvent): Promise<TickResult> {
  const startedAt = ports.clock.now();
  const dueAt = new Date(event.time ?? startedAt);
  const result = await tick({ ...options, dueAt, deadlineMs: startedAt + LOAD_WAIT_MS }, ports);
  ports.log[result.outcome === 'failed' || result.outcome === 'parked' ? 'error' : 'info'](
    { ...result, ms: ports.clock.now() - startedAt },
    'tick ended',
  );
  return result;
}
