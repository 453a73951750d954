/** Prints the bytes of memory of each of COUNT clients that have delivered something, once they are idle. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { DataLoaf } from '../../src/index.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');
const bytesUsed = (): number => {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const count = Number(process.env['COUNT']);
const itemsEach = Number(process.env['ITEMS']);
const limit = Number(process.env['LIMIT']);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'dataloaf-sdk-'));
let warnings = 0;
const quiet = (): void => undefined;
const warn = (): void => {
  warnings += 1;
};
const logger = { debug: quiet, info: quiet, warn, error: warn };
const make = (): DataLoaf => new DataLoaf({ dir, logger, flushInterval: 10 });
const use = async (client: DataLoaf): Promise<void> => {
  for (let at = 0; at < itemsEach; at += 1) {
    client.createEvent({ name: 'seen', userId: 'u1', attributes: { text: 'x'.repeat(500) } });
  }
  await client.flush();
};

const first = make();
await use(first);
await first.shutdown();
const before = bytesUsed();
const clients = Array.from({ length: count }, make);
for (const client of clients) await use(client);
const eachNow = (): number => Math.round((bytesUsed() - before) / count);
for (const endMs = Date.now() + 20_000; eachNow() > limit && Date.now() < endMs; ) {
  await new Promise((resolve) => setTimeout(resolve, 250));
}
process.stdout.write(JSON.stringify({ bytes: eachNow(), warnings }));
fs.rmSync(dir, { recursive: true, force: true });
process.exit(0);
