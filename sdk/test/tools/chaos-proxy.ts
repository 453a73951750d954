/**
 * An HTTP proxy on 127.0.0.1 that spoils a share of the exchanges: late, dripping and cut answers, connections reset
 * before and after the API has accepted, overload, and answers that are not a decision. Counts what it breaks.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SeededRandom } from './seeded-random.ts';

interface ChaosOptions {
  readonly target: string;
  readonly random: SeededRandom;
  /** The share of exchanges that are spoiled. */
  readonly share: number;
  readonly onFault: (kind: Chaos) => void;
}

export interface ChaosProxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

interface Exchange {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  readonly random: SeededRandom;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** Half an answer, an HTML page, and an answer that does not account for the items. */
const WRONG = ['{"accepted":1', '<html>all is well</html>', '{"accepted":0,"rejected":[]}'] as const;
const LATE_MS_MAX = 60;
const DRIP_BYTES = 7;
const DRIP_MS = 2;

const reset = ({ request }: Exchange): void => void request.socket.destroy();
const wrong = ({ response, random }: Exchange): void => void response.end(random.pick(WRONG));
const busy = (status: number) => {
  return ({ response }: Exchange): void => void response.writeHead(status, { 'retry-after': '0' }).end('{"error":');
};

/** The API never gets the request. */
const BEFORE = {
  'reset before acceptance': reset,
  'wrong JSON before acceptance': wrong,
  'HTTP 429': busy(429),
  'HTTP 500': busy(500),
  'HTTP 503': busy(503),
} as const;

/** The API has accepted. */
const AFTER = {
  'reset after acceptance': reset,
  'wrong JSON after acceptance': wrong,
  'late answer': async ({ response, random }: Exchange, answer: Answer): Promise<void> => {
    await pause(random.int(1, LATE_MS_MAX));
    pass(response, answer);
  },
  'dripping answer': async ({ response }: Exchange, { status, body }: Answer): Promise<void> => {
    response.writeHead(status, { 'content-length': body.length });
    for (let at = 0; at < body.length; at += DRIP_BYTES) {
      response.write(body.subarray(at, at + DRIP_BYTES));
      await pause(DRIP_MS);
    }
    response.end();
  },
  'cut answer': ({ request, response }: Exchange, { status, body }: Answer): void => {
    response.writeHead(status, { 'content-length': body.length });
    response.write(body.subarray(0, body.length >> 1), () => request.socket.destroy());
  },
} as const;

type Chaos = 'reset in the body' | keyof typeof BEFORE | keyof typeof AFTER;

const CHAOS: readonly [Chaos, ...Chaos[]] = [
  'reset in the body',
  ...(Object.keys(BEFORE) as (keyof typeof BEFORE)[]),
  ...(Object.keys(AFTER) as (keyof typeof AFTER)[]),
];

export async function startChaosProxy({ target, random, share, onFault }: ChaosOptions): Promise<ChaosProxy> {
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    const chaos = random.chance(share) ? random.pick(CHAOS) : undefined;
    if (chaos !== undefined) onFault(chaos);
    const forward = (body: Buffer): Promise<Answer> => send({ agent, target, request, body });
    // The client may be gone. Then the rest of the exchange does not matter.
    serve({ request, response, random }, { chaos, forward }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  exchange: Exchange,
  { chaos, forward }: { chaos: Chaos | undefined; forward: (body: Buffer) => Promise<Answer> },
): Promise<void> {
  const { request, response } = exchange;
  if (chaos === 'reset in the body') {
    request.once('data', () => request.socket.destroy());
    return;
  }
  const body = await readAll(request);
  if (chaos !== undefined && chaos in BEFORE) return BEFORE[chaos as keyof typeof BEFORE](exchange);
  const answer = await forward(body);
  if (chaos !== undefined) return AFTER[chaos as keyof typeof AFTER](exchange, answer);
  pass(response, answer);
}

function pass(response: http.ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

function send(options: {
  agent: http.Agent;
  target: string;
  request: http.IncomingMessage;
  body: Buffer;
}): Promise<Answer> {
  const { agent, target, request, body } = options;
  return new Promise((resolve, reject) => {
    const { method, headers, url } = request;
    const upstream = http.request(new URL(url ?? '/', target), { agent, method, headers }, (answer) => {
      readAll(answer).then((bytes) => resolve({ status: answer.statusCode ?? 0, body: bytes }), reject);
    });
    upstream.on('error', reject).end(body);
  });
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
