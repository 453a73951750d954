/** An AWS client in any language, and its outcome for each step. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Step } from './steps.ts';

/** A member of the service's model, binary values as text. */
export type Members = { readonly [name: string]: unknown };

export type Outcome =
  | { readonly kind: 'answer'; readonly members: Members }
  /** `code` is the service's. */
  | { readonly kind: 'error'; readonly code: string };

export interface ForeignClient {
  call(step: Pick<Step, 'service' | 'operation' | 'input'>): Promise<Outcome>;
  close(): Promise<void>;
}

const ENDS: readonly unknown[] = ['FINISHED', 'FAILED', 'ABORTED'];
const POLLS_MAX = 200;
const POLL_MS = 50;

/** Makes all calls in order and returns their outcomes, without values that differ between runs. */
export async function follow(client: ForeignClient, steps: readonly Step[]): Promise<readonly Outcome[]> {
  const saved = new Map<string, string>();
  const outcomes: Outcome[] = [];
  for (const step of steps) {
    const text = JSON.stringify(step.input).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => saved.get(name) ?? '');
    const outcome = await ask(client, { ...step, input: JSON.parse(text) });
    if (outcome.kind === 'answer' && step.save !== undefined) {
      saved.set(step.save.as, String(outcome.members[step.save.field]));
    }
    outcomes.push(outcome.kind === 'error' ? outcome : { kind: 'answer', members: steady(outcome.members) });
  }
  return outcomes;
}

async function ask(client: ForeignClient, step: Step): Promise<Outcome> {
  for (let polls = 0; ; polls += 1) {
    const outcome = await client.call(step);
    const isEnd = outcome.kind === 'error' || ENDS.includes(outcome.members['Status']);
    if (step.isPolled !== true || isEnd || polls === POLLS_MAX) return outcome;
    await sleep(POLL_MS);
  }
}

/**
 * Each client chooses the checksum that it adds and how keys are encoded in transit. What it reports about the HTTP exchange
 * is not part of any contract.
 */
const LEFT_OUT = /^(?:Checksum.*|EncodingType|ResponseMetadata|\$metadata)$/;
const UNSTEADY = /^(?:.*(?:At|Date|LastModified|CreateTimestamp)|Duration|RedshiftPid|RedshiftQueryId)$/;
const ID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
/** Statuses between submission and end; which one a client sees depends on its speed. */
const ON_THE_WAY = /^(?:SUBMITTED|PICKED|STARTED)$/;

function steady(members: object): Members {
  return Object.fromEntries(
    Object.entries(members)
      .filter(([name, value]) => !LEFT_OUT.test(name) && value !== undefined && value !== null)
      .map(([name, value]) => [name, UNSTEADY.test(name) ? '<unsteady>' : steadyValue(value)]),
  );
}

function steadyValue(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(ID, '<id>').replace(ON_THE_WAY, '<on the way>');
  if (Array.isArray(value)) return value.map(steadyValue);
  return typeof value === 'object' && value !== null ? steady(value) : value;
}
