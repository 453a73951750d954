/**
 * A web server that captures one event per request. On SIGTERM it closes the server first, because open requests still
 * capture, and then sends the rest. `node server.mjs 8080` listens on port 8080 instead of 3000.
 */
import { createServer } from 'node:http';
import { DataLoaf } from '@dataloaf/sdk';

const analytics = new DataLoaf({ onDrop: (items) => console.error('dropped', items) });

const server = createServer((request, response) => {
  analytics.createEvent({ name: 'page_viewed', userId: 'u1', attributes: { path: request.url ?? '/' } });
  response.end('hello\n');
});
server.listen(Number(process.argv[2] ?? 3_000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', async () => {
  // Browsers keep connections open that no request uses.
  setInterval(() => server.closeIdleConnections(), 100).unref();
  await new Promise((resolve) => server.close(resolve));
  console.log(await analytics.shutdown({ timeout: 5_000 }));
});
