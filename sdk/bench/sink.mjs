/**
 * An API that only counts, in its own process on 127.0.0.1: numbered events received once, and received again. Its
 * parent can take it down, slow it down, or let it refuse the next requests.
 */
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { answerCalls } from './answer-calls.mjs';

const NUMBER = /"bench_id":(\d+)/g;

let server;
let port = 0;
let delayMs = 0;
let refusal = { times: 0, status: 503, headers: {} };
let seen = new Uint8Array(0);
const counts = { unique: 0, twice: 0, requests: 0, bytes: 0, lastNewMs: 0, lastRefusedMs: 0 };

function count(text) {
  let items = 0;
  for (const [, digits] of text.matchAll(NUMBER)) {
    const number = Number(digits);
    if (seen[number] === 0) {
      counts.unique += 1;
      counts.lastNewMs = Date.now();
    } else counts.twice += 1;
    seen[number] = 1;
    items += 1;
  }
  return items;
}

function handle(request, response) {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  // A client killed in the middle of a request: the request does not count.
  request.on('error', () => undefined);
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    counts.requests += 1;
    counts.bytes += body.length;
    if (refusal.times > 0) {
      refusal.times -= 1;
      counts.lastRefusedMs = Date.now();
      response.writeHead(refusal.status, refusal.headers).end('{"error":{"code":"refused","message":"as asked for"}}');
      return;
    }
    const text = String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body);
    const answer = JSON.stringify({ accepted: count(text), rejected: [] });
    setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end(answer), delayMs);
  });
}

answerCalls({
  expect: ({ n }) => {
    seen = new Uint8Array(n);
    return {};
  },
  /** Listens again on the same port. */
  up: () =>
    new Promise((resolve, reject) => {
      server = createServer(handle).on('error', reject);
      server.listen(port, '127.0.0.1', () => {
        port = server.address().port;
        resolve({ url: `http://127.0.0.1:${port}` });
      });
    }),
  down: () =>
    new Promise((resolve) => {
      server.close(() => resolve({}));
      server.closeAllConnections();
    }),
  slow: (call) => {
    delayMs = call.delayMs;
    return {};
  },
  refuse: (call) => {
    refusal = call;
    return {};
  },
  counts: () => counts,
});
