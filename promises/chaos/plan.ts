/**
 * The faults of one run: which, when and at what. Pure: a function of the seed and the length, and a longer plan begins with
 * the shorter one. Each round has every kind, in random order at random moments, so that a short run also meets them. What a
 * seed does not repeat is the timing of processes and disks between two faults.
 */
import type { FaultRule } from '@dataloaf/localstack/faults';
import { type SeededRandom, seededRandom } from '../../sdk/test/tools/seeded-random.ts';

/** Processes that get a SIGKILL. The launcher is `npm run local` itself; the watchdog ends Postgres after its stack. */
const VICTIMS = ['stack', 'launcher', 'postgres', 'backend', 'insights', 'watchdog', 'sdk host'] as const;
export type Victim = (typeof VICTIMS)[number];

const DISKS = ['stack', 'postgres', 'journal'] as const;
export type Disk = (typeof DISKS)[number];

/** `postgres` and `gateway` are reset by the kernel (`ss -K`), `api` by a proxy before the API. */
type Connection = 'api' | 'postgres' | 'gateway';

export type Fault =
  | { readonly kind: 'kill'; readonly victim: Victim }
  | { readonly kind: 'end session'; readonly how: 'terminate' | 'cancel' }
  | { readonly kind: 'full disk'; readonly disk: Disk; readonly ms: number }
  | { readonly kind: 'cut'; readonly connection: Connection }
  | { readonly kind: 'rule'; readonly rule: FaultRule };

export interface PlannedFault {
  readonly atMs: number;
  readonly fault: Fault;
  /** From 0 to below 1: chooses among the processes or sessions that exist at that moment. */
  readonly pick: number;
}

/**
 * Means of the pauses between two faults: in the first round below the time that a stack takes to start, in the others also
 * hectic, or calm enough for whole loads.
 */
const FIRST_PAUSE_MS = 450;
const PAUSES_MS = [150, 450, 1_500] as const;
/** In the first round short, because a short run waits for its last fault. */
const FULL_MS_MAX = 1_500;
const LONG_FULL_MS_MAX = 10_000;

export function planFaults(seed: number, lengthMs: number): readonly PlannedFault[] {
  const random = seededRandom(seed);
  const plan: PlannedFault[] = [];
  let atMs = 0;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = random.pick(PAUSES_MS)) {
    const fullMsMax = plan.length === 0 ? FULL_MS_MAX : random.pick([FULL_MS_MAX, FULL_MS_MAX, LONG_FULL_MS_MAX]);
    for (const fault of shuffled(everyKind(random, fullMsMax), random)) {
      // Exponential, so that faults also come in bursts.
      atMs += Math.round(-Math.log(1 - random.next()) * pauseMs);
      if (atMs > lengthMs) return plan;
      plan.push({ atMs, fault, pick: random.next() });
    }
  }
}

export function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill ${fault.victim}`;
    case 'end session':
      return `${fault.how} session`;
    case 'full disk':
      return `full disk: ${fault.disk}`;
    case 'cut':
      return `cut: ${fault.connection}`;
    case 'rule':
      return fault.rule.kind === 'connection_breaks'
        ? `cut: ${fault.rule.service}`
        : fault.rule.kind.replaceAll('_', ' ');
  }
}

function everyKind(random: SeededRandom, fullMsMax: number): Fault[] {
  return [
    ...victims(random).map((victim): Fault => ({ kind: 'kill', victim })),
    // Twice, because most sessions are short: the second one finds another statement.
    { kind: 'end session', how: 'terminate' },
    { kind: 'end session', how: 'terminate' },
    { kind: 'end session', how: 'cancel' },
    ...DISKS.map((disk): Fault => ({ kind: 'full disk', disk, ms: random.int(100, fullMsMax) })),
    { kind: 'cut', connection: 'api' },
    { kind: 'cut', connection: 'postgres' },
    { kind: 'cut', connection: 'gateway' },
    ...rules(random).map((rule): Fault => ({ kind: 'rule', rule })),
  ];
}

/** One of the first two: either ends the whole stack, and most other faults need one that runs. */
function victims(random: SeededRandom): readonly Victim[] {
  const [stack, launcher, ...others] = VICTIMS;
  return [random.pick([stack, launcher]), ...others];
}

function rules(random: SeededRandom): readonly FaultRule[] {
  const times = (): number => random.int(1, 4);
  const when = (): 'before' | 'after' => random.pick(['before', 'after']);
  const services = ['s3', 'firehose', 'redshift-data'] as const;
  return [
    ...services.map((service): FaultRule => ({ kind: 'connection_breaks', service, when: when(), times: times() })),
    { kind: 'lambda_crashes', function: random.pick(['ingest', 'merge', 'loader']), when: when(), times: 1 },
    { kind: 'firehose_delivers_twice', times: 1 },
    {
      kind: 's3_fails',
      operation: random.pick(['PutObject', 'GetObject', 'ListObjectsV2']),
      when: when(),
      times: times(),
    },
    { kind: 'firehose_refuses', records: random.int(1, 3), times: times() },
  ];
}

function shuffled(faults: readonly Fault[], random: SeededRandom): Fault[] {
  const left = [...faults];
  return faults.flatMap(() => left.splice(random.int(0, left.length - 1), 1));
}
