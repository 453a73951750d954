/**
 * Sends sample events through the SDK: the visitors of a small shop over the last thirty days, more by day than by night.
 * The same number of events gives the same shop. Ids are new each time, so seeding twice doubles the data.
 */
import type { DataLoaf } from '@dataloaf/sdk';

const PLANS = ['free', 'free', 'free', 'pro', 'team'];
const CITIES = ['Berlin', 'Lisbon', 'Lagos', 'Osaka', 'Quito', 'Tallinn', 'Oslo'];
const PATHS = ['/', '/pricing', '/docs', '/docs/install', '/blog', '/blog/journal', '/about'];
const BROWSERS = ['Firefox', 'Chrome', 'Safari'];
const DAYS = 30;
const DAY_MS = 86_400_000;
/** Visits of one person, on average. */
const EVENTS_PER_USER = 20;

export interface SeedOptions {
  readonly events: number;
  readonly nowMs: number;
}

/** Resolves when the API has answered for every event. */
export async function seed(sdk: DataLoaf, { events, nowMs }: SeedOptions): Promise<void> {
  const random = createRandom(events);
  const users = Math.max(1, Math.round(events / EVENTS_PER_USER));
  for (let user = 0; user < users; user += 1) {
    await sdk.whenWritable();
    sdk.createUser(userId(user), { plan: pick(PLANS, random), city: pick(CITIES, random), visits: 0 });
  }
  for (let index = 0; index < events; index += 1) {
    await sdk.whenWritable();
    const userNumber = Math.floor(random() ** 2 * users);
    sdk.createEvent({ ...anEvent(random), userId: userId(userNumber), timestamp: aTime(random, nowMs) });
  }
  await sdk.flush();
}

const userId = (user: number): string => `user-${String(user + 1).padStart(5, '0')}`;

function anEvent(random: () => number): {
  readonly name: string;
  readonly attributes: Record<string, string | number>;
} {
  const kind = random();
  if (kind < 0.8)
    return { name: 'page_viewed', attributes: { path: pick(PATHS, random), browser: pick(BROWSERS, random) } };
  if (kind < 0.92)
    return { name: 'product_added', attributes: { product: `p-${Math.ceil(random() * 40)}`, quantity: 1 } };
  const total = Math.round(500 + random() ** 3 * 20_000) / 100;
  return { name: 'order_completed', attributes: { total, currency: 'EUR', items: Math.ceil(random() * 5) } };
}

/** More events towards today, with the shape of a working day; never in the future. */
function aTime(random: () => number, nowMs: number): Date {
  const day = Math.floor(Math.sqrt(random()) * DAYS);
  const hour = 13 + (random() + random() + random() - 1.5) * 7;
  const midnight = nowMs - (nowMs % DAY_MS) - (DAYS - 1 - day) * DAY_MS;
  const at = Math.floor(midnight + hour * 3_600_000);
  // A time in the future is drawn again. This ends, because most of the thirty days are over.
  return at > nowMs ? aTime(random, nowMs) : new Date(at);
}

function pick<Value>(values: readonly Value[], random: () => number): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError('Expected values to pick from.');
  return value;
}

/** A linear congruential generator with the constants of Numerical Recipes: repeatable, not secret. */
function createRandom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
