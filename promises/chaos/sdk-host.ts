/**
 * A server with our SDK: captures items without end and prints the key of each that was reported as on disk. SIGTERM ends it
 * as the SDK's README says. With ITEMS=none it captures nothing and delivers what dead ones left.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type Captured, DataLoaf } from '@dataloaf/sdk';
import { type ChaosItem, itemOf, keyOf } from './items.ts';

const PAUSE_MS = 12;
const SHUTDOWN_MS = 20_000;

const source = process.env['SOURCE'] ?? '';
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const client = new DataLoaf({
  dir: process.env['DIR'] ?? '',
  endpoint: process.env['ENDPOINT'] ?? '',
  serverKey: process.env['SERVER_KEY'] ?? '',
  logger: silent,
  flushInterval: 50,
  retry: { minDelay: 50, maxDelay: 500 },
  // A pipe is written at once: what is printed survives a SIGKILL.
  onDrop: (items) => {
    for (const item of items) process.stdout.write(`! dropped ${JSON.stringify(item)}\n`);
  },
});
let isEnding = false;
process.once('SIGTERM', () => {
  isEnding = true;
  void client.shutdown({ timeout: SHUTDOWN_MS }).then(({ pendingBytes }) => {
    process.stdout.write(`. pending ${pendingBytes}\n`);
    process.exit(0);
  });
});

process.stdout.write('. started\n');
for (let number = 0; !isEnding; number += 1) {
  if (process.env['ITEMS'] !== 'none') send(number);
  await pause(PAUSE_MS);
}

function send(number: number): void {
  const id = { source, number };
  void capture(itemOf(id)).persisted.then((where) => {
    if (where === 'disk') process.stdout.write(`${keyOf(id)}\n`);
  });
}

/** Events get their id from the SDK: two ids for one event would show as two rows. */
function capture(item: ChaosItem): Captured {
  switch (item.kind) {
    case 'event':
      return client.createEvent({ name: item.name, userId: item.user, attributes: item.attributes });
    case 'create':
      return client.createUser(item.user, item.set, { id: item.id, timestamp: item.at });
    case 'update': {
      const { user, set, unset, increment, id, at } = item;
      return client.updateUser(user, set, { unset, increment, id, timestamp: at });
    }
  }
}
