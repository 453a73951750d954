/**
 * Uses the SDK where globals are replaced by the code in STRANGE, `before` or `after` it is loaded (WHEN). FAKE_MODULES: a
 * library replaces the members of node:timers too. Prints what flush and shutdown resolve with.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import vm from 'node:vm';

const { STRANGE = '', WHEN, FAKE_MODULES, DIR } = process.env;
const real = { ...timers };

function replace(): void {
  vm.runInThisContext(STRANGE);
  if (FAKE_MODULES === undefined) return;
  for (const name of Object.keys(real))
    if (name in globalThis) Reflect.set(timers, name, Reflect.get(globalThis, name));
  syncBuiltinESMExports();
}

// With fake timers nothing of ours keeps the process alive. A test runner does.
const hold = real.setInterval(() => undefined, 60_000);
if (WHEN === 'before') replace();
const { DataLoaf } = await import('../../src/index.ts');
if (WHEN === 'after') replace();

const client = new DataLoaf({ dir: DIR });
client.createEvent({ id: 'now', name: 'paid', userId: 'u1' });
client.createEvent({ id: 'dated', name: 'paid', userId: 'u1', timestamp: '2026-01-01T00:00:00Z' });
const flushed = await client.flush({ timeout: 60_000 });
client.updateUser('u1', { plan: 'pro' });
const ended = await client.shutdown();
fs.writeSync(1, `${JSON.stringify([flushed, ended])}\n`);
real.clearInterval(hold);
