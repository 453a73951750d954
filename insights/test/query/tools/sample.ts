/** A random sample of events and users with the values that trip queries up, the same for a seed. */
import fc from 'fast-check';

export interface SampleEvent {
  readonly event_id: string;
  readonly event_name: string;
  readonly user_id: string;
  /** UTC milliseconds. */
  readonly at: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface Sample {
  readonly events: readonly SampleEvent[];
  readonly users: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

export const EVENT_NAMES = ['purchase', 'signup', 'page "viewed"'];
export const KEYS = ['total', 'country', 'Plan Tier', "o'brien", 'a"b', 'cart'];

/** Both changes of the clocks of Paris, New York and Cairo, and the half hour of Lord Howe. */
const FROM = Date.parse('2025-10-20T00:00:00Z');
const DAYS = 170;

const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('DE', 'FR', 'de', 'Ünicode 🍞', '5', '1e3', '007', 'null') },
  { weight: 6, arbitrary: fc.constantFrom(0, 5, -3, 0.1, 12.5, 1e6, 99_999_999.25) },
  { weight: 2, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constantFrom(null, [1, 2], { deep: 1 }) },
);
const attributes = fc
  .dictionary(fc.constantFrom(...KEYS.slice(0, 5)), value, { maxKeys: 4 })
  .chain((flat) =>
    fc
      .option(fc.record({ total: value }), { nil: undefined })
      .map((cart) => (cart === undefined ? flat : { ...flat, cart })),
  );
const user = fc.integer({ min: 1, max: 12 }).map((number) => `u${number}`);

/** Whole seconds, close together, and often the same. */
const instant = fc.oneof(
  fc.integer({ min: 0, max: DAYS * 24 }).map((hour) => FROM + hour * 3_600_000),
  fc.integer({ min: 0, max: DAYS * 86_400 }).map((second) => FROM + second * 1_000),
);

export function makeSample(seed: number, count: number): Sample {
  const [events = []] = fc.sample(
    fc.array(fc.record({ event_name: fc.constantFrom(...EVENT_NAMES), user_id: user, at: instant, attributes }), {
      minLength: count,
      maxLength: count,
    }),
    { seed, numRuns: 1 },
  );
  const [users = []] = fc.sample(fc.array(fc.tuple(user, attributes), { minLength: 9, maxLength: 9 }), {
    seed: seed + 1,
    numRuns: 1,
  });
  return {
    events: events.map((event, index) => ({ ...event, event_id: `sample-${seed}-${index}` })),
    users: new Map(users),
  };
}
