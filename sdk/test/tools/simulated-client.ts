/** A client in a simulated process: virtual time, simulated disk, simulated API. */
import type { CompressCallback, ZlibOptions } from 'node:zlib';
import { vi } from 'vitest';
import { DataLoaf } from '../../src/client/client.ts';
import type { Disk } from '../../src/disk.ts';
import type { Captured, DataLoafOptions, SdkLogger } from '../../src/types.ts';
import type { Ledger } from './ledger.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { SimulatedMachine } from './simulated-machine.ts';

// Real compression runs on other threads, in real time. Here it is immediate and cheap.
vi.mock('node:zlib', async (load) => {
  const zlib = await load<typeof import('node:zlib')>();
  const now = (body: string | Buffer, _: ZlibOptions, done: CompressCallback): void =>
    done(null, zlib.gzipSync(body, { level: 0 }));
  return { ...zlib, gzip: now };
});

export const ROOT = '/data/app/journal';
const quiet = (): void => undefined;
const silentLogger: SdkLogger = { debug: quiet, info: quiet, warn: quiet, error: quiet };

export interface ClientSetting {
  readonly disk: Disk;
  readonly now: () => number;
  readonly random: SeededRandom;
  readonly ledger: Ledger;
}

export function aSimulatedClient(options: DataLoafOptions, { disk, now, random, ledger }: ClientSetting): DataLoaf {
  return new DataLoaf(
    {
      endpoint: 'http://127.0.0.1:9',
      serverKey: 'dl_s_test',
      dir: ROOT,
      logger: silentLogger,
      onDrop: (items) => void ledger.drops.push(...items),
      ...options,
    },
    { disk, now, random: random.next, env: () => ({ endpoint: undefined, serverKey: undefined }) },
  );
}

/** Captures an item that carries the ledger's next number; every tenth is a user, every tenth an update. */
export function captureNext(client: DataLoaf, ledger: Ledger, textLength = 0): Captured {
  const number = ledger.next;
  const userId = `user-${number % 5}`;
  const attributes = { number, text: 'x'.repeat(textLength) };
  if (number % 10 === 4) return client.createUser(userId, attributes);
  if (number % 10 === 8) return client.updateUser(userId, attributes);
  return client.createEvent({ name: 'paid', userId, attributes });
}

/** Files in the folders of owners, as folder/file. */
export function journalsOf({ volume }: SimulatedMachine): readonly string[] {
  if (volume.find(ROOT) === undefined) return [];
  return [...volume.folder(ROOT).cache].flatMap(([name, node]) =>
    node.kind === 'folder' && /^[0-9a-f]{16}\./.test(name)
      ? [...node.cache.keys()].map((file) => `${name}/${file}`)
      : [],
  );
}
