/** A small API on 127.0.0.1 that responds as a test wants and records every accepted item. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

export interface SeenItem {
  readonly event_id?: string;
  readonly op_id?: string;
  readonly event_name?: string;
  readonly user_id: string;
  readonly [field: string]: unknown;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly text: string;
  readonly items: readonly SeenItem[];
}

export interface TestAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export type Responder = (request: SeenRequest, count: number) => TestAnswer | undefined;

export interface ApiServer {
  readonly endpoint: string;
  readonly requests: SeenRequest[];
  /** Accepted items of requests with status 200, in order, repeats included. */
  readonly accepted: SeenItem[];
  /** When this returns undefined, everything is accepted. */
  respond: Responder;
  stop(): Promise<void>;
  /** Listens again on the same port. */
  start(): Promise<void>;
}

export const idOfItem = (item: SeenItem): string => item.event_id ?? item.op_id ?? '';

export async function startApi(respond: Responder = () => undefined): Promise<ApiServer> {
  const requests: SeenRequest[] = [];
  const accepted: SeenItem[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
      const items = Object.values(JSON.parse(text) as Record<string, SeenItem[]>)[0] ?? [];
      const seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        key: request.headers.authorization ?? '',
        text,
        items,
      };
      requests.push(seen);
      const answer = api.respond(seen, requests.length) ?? acceptAll(seen);
      noteAccepted(answer, items);
      const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(body);
    });
  });
  const noteAccepted = (answer: TestAnswer, items: readonly SeenItem[]): void => {
    const body = answer.body as { rejected?: { index: number }[]; retry?: { index: number }[] } | undefined;
    if (body?.rejected === undefined) return;
    const left = new Set([...body.rejected, ...(body.retry ?? [])].map(({ index }) => index));
    accepted.push(...items.filter((_, index) => !left.has(index)));
  };
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => {
      server.listen(port, '127.0.0.1', () => resolve());
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const api: ApiServer = {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    accepted,
    respond,
    start: () => listen(port),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return api;
}

export function acceptAll(request: SeenRequest): TestAnswer {
  return { status: 200, body: { accepted: request.items.length, rejected: [] } };
}

export function apiError(status: number, code: string): TestAnswer {
  return { status, body: { error: { code, message: 'as the test wants' } } };
}
