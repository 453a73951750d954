/** A process that ends as MODE says. Prints the id of each captured event, synchronously: a pipe may lose the rest. */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { DataLoaf } from '../../src/index.ts';

const print = (line: string): void => void fs.writeSync(1, `${line}\n`);
const create = (): DataLoaf => new DataLoaf({ dir: process.env['DIR'] ?? '', flushInterval: 10 });
const capture = (client: DataLoaf, name: string): void => print(client.createEvent({ name, userId: 'u1' }).id);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const MODES: Readonly<Record<string, () => unknown>> = {
  'flush-and-shutdown': async () => {
    const client = create();
    client.createEvent({ name: 'paid', userId: 'u1' });
    const flushed = client.flush().then(() => print('flushed'));
    await client.shutdown({ timeout: 50 });
    print('shut down');
    await flushed;
  },
  listeners: () => {
    captureAtTheEnd();
  },
  'listeners and exit': () => {
    captureAtTheEnd();
    process.exit();
  },
  'listeners and an error': () => {
    captureAtTheEnd();
    throw new Error('as the test wants');
  },
  drops: () => {
    const onDrop = (items: readonly { reason: string }[]): void => items.forEach(({ reason }) => void print(reason));
    const client = new DataLoaf({ dir: process.env['DIR'] ?? '', durability: 'memory', onDrop, flushInterval: 60_000 });
    client.createEvent({ name: 'lost', userId: 'u1' });
    process.on('exit', () => client.createEvent({ name: 'closed', userId: 'u1' }));
  },
  'client in a listener': () => {
    process.on('exit', () => capture(create(), 'from a new client'));
  },
  'listeners after shutdown': async () => {
    await captureAtTheEnd().shutdown({ timeout: 10 });
  },
  'shutdown in a listener': () => {
    const client = captureAtTheEnd();
    process.on('exit', () => {
      void client.shutdown();
      capture(client, 'during a shutdown that has no time');
    });
  },
  'client first': () => serve((_, client) => client.shutdown({ timeout: 100 })),
  'server first': () =>
    serve((server, client) => new Promise((resolve) => server.close(resolve)).then(() => client.shutdown())),
};

/** In listeners from before and after the client's own. */
function captureAtTheEnd(): DataLoaf {
  let client: DataLoaf | undefined;
  const at = (name: string) => () => client && capture(client, name);
  process.once('beforeExit', at('beforeExit, earlier listener'));
  process.on('exit', at('exit, earlier listener'));
  client = create();
  process.once('beforeExit', at('beforeExit, later listener'));
  process.on('exit', at('exit, later listener'));
  process.on('exit', at('exit, last listener'));
  capture(client, 'before');
  return client;
}

/** Each request captures at its begin and at its end. SIGTERM ends the process as soon as `stop` is done. */
function serve(stop: (server: http.Server, client: DataLoaf) => Promise<unknown>): void {
  const client = create();
  const server = http.createServer(async (_, response) => {
    capture(client, 'begin');
    await pause(10);
    capture(client, 'middle');
    await pause(Number(process.env['WORK_MS']));
    capture(client, 'end');
    response.end();
  });
  process.once('SIGTERM', () => {
    server.close();
    setInterval(() => server.closeIdleConnections(), 20);
    void stop(server, client)
      // Requests that are still open get the time to end.
      .then(() => new Promise((resolve) => setTimeout(resolve, Number(process.env['WORK_MS']) + 100)))
      .then(() => process.exit());
  });
  server.listen(0, '127.0.0.1', () => print(`port ${(server.address() as AddressInfo).port}`));
}

await MODES[process.env['MODE'] ?? '']?.();
