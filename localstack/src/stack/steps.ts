/**
 * Starts things that need each other, in order, and stops them in reverse order. A step receives everything that the steps
 * before it returned. When a step fails, or the signal aborts between two steps, the started steps are stopped and the
 * start throws.
 */

export interface Step<Needs, Gives extends object> {
  readonly name: string;
  /** A start that throws cleans up after itself: its `stop` is not called. */
  readonly start: (have: Needs) => Promise<Gives>;
  readonly stop?: (have: Needs & Gives) => Promise<unknown>;
}

export interface Started<Have> {
  readonly have: Have;
  /** Stops every step, also when one of them fails, and then throws the first failure. A second call does nothing. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Checked before each step. */
  readonly signal?: AbortSignal | undefined;
  readonly onStarted?: (step: string) => void;
}

export interface Sequence<Input, Have> {
  step<Gives extends object>(step: Step<Have, Gives>): Sequence<Input, Have & Gives>;
  start(input: Input, options?: StartOptions): Promise<Started<Have>>;
}

/** The empty sequence; its first step receives the input. */
export const sequence = <Input extends object>(): Sequence<Input, Input> => sequenceOf(async (input: Input) => input);

/** One step that starts two at the same time. When one fails, the other is stopped. */
export function beside<NeedsA, GivesA extends object, NeedsB, GivesB extends object>(
  a: Step<NeedsA, GivesA>,
  b: Step<NeedsB, GivesB>,
): Step<NeedsA & NeedsB, GivesA & GivesB> {
  const start = async (have: NeedsA & NeedsB): Promise<GivesA & GivesB> => {
    const [fromA, fromB] = await Promise.allSettled([a.start(have), b.start(have)]);
    if (fromA.status === 'rejected') {
      if (fromB.status === 'fulfilled') await b.stop?.({ ...have, ...fromB.value });
      throw fromA.reason;
    }
    if (fromB.status === 'rejected') {
      await a.stop?.({ ...have, ...fromA.value });
      throw fromB.reason;
    }
    return { ...fromA.value, ...fromB.value };
  };
  const stop = (have: NeedsA & NeedsB & GivesA & GivesB): Promise<void> =>
    stopAll([async () => a.stop?.(have), async () => b.stop?.(have)]);
  return { name: `${a.name} and ${b.name}`, start, stop };
}

type Stop = () => Promise<unknown>;

interface Running extends StartOptions {
  /** In the order of the start. */
  readonly stops: Stop[];
}

function sequenceOf<Input, Have>(startAll: (input: Input, running: Running) => Promise<Have>): Sequence<Input, Have> {
  return {
    step: (step) => sequenceOf(async (input, running) => startStep(step, await startAll(input, running), running)),
    start: async (input, options = {}) => {
      const running: Running = { ...options, stops: [] };
      const have = await startAll(input, running).catch(async (error: unknown) => {
        // The failure of the start counts; a stop that fails too is its consequence.
        await stopAll(running.stops).catch(() => undefined);
        throw error;
      });
      let stopping: Promise<void> | undefined;
      const stop = (): Promise<void> => {
        stopping ??= stopAll(running.stops);
        return stopping;
      };
      return { have, stop };
    },
  };
}

async function startStep<Have, Gives extends object>(
  step: Step<Have, Gives>,
  before: Have,
  running: Running,
): Promise<Have & Gives> {
  running.signal?.throwIfAborted();
  const have = { ...before, ...(await step.start(before)) };
  running.stops.push(async () => step.stop?.(have));
  running.onStarted?.(step.name);
  return have;
}

async function stopAll(stops: readonly Stop[]): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stops.toReversed()) await stop().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
