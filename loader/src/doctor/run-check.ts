/** Runs one check and keeps what it came to. */
import { type BatchCheck, type Check, type CheckPorts, type Observed, sessionAs } from './check.ts';
import type { Json } from './json.ts';
import { observeOutcome } from './observe.ts';
import type { Outcome } from './session.ts';

/** `takeOutcomes` returns the transactions that ended since it was last called. */
export async function runCheck(
  check: Check,
  ports: CheckPorts,
  takeOutcomes: () => readonly Outcome[],
): Promise<Observed> {
  const startedAt = ports.now();
  const observed = await (check.kind === 'batch' ? observeBatch(check, ports) : check.observe(ports));
  return { check, observed, outcomes: takeOutcomes(), ms: ports.now() - startedAt };
}

async function observeBatch(check: BatchCheck, ports: CheckPorts): Promise<Json> {
  const statements = check.statements(ports.scratch);
  const session = sessionAs(ports, check.as);
  const [only] = statements;
  const outcome =
    check.isSingle === true && only !== undefined ? await session.runSingle(only) : await session.run(statements);
  const observed = observeOutcome(outcome, check.shows);
  if (check.after === undefined) return observed;
  return { outcome: observed, after: observeOutcome(await session.run(check.after)) };
}
