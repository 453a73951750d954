/** A web server that captures an event per request and keeps nothing back when it is told to stop. */
import { createServer } from 'node:http';
import { DataLoaf } from '@dataloaf/sdk';

const analytics = new DataLoaf({ onDrop: (items) => console.error('dropped', items) });

const server = createServer((request, response) => {
  analytics.createEvent({ name: 'page_viewed', userId: 'u1', attributes: { path: request.url ?? '/' } });
  response.end('hello\n');
}).listen(3_000);

process.once('SIGTERM', async () => {
  server.close();
  console.log(await analytics.shutdown({ timeout: 5_000 }));
});
