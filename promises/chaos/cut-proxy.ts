/** An HTTP proxy before the API, at one address for the whole run. Its connections can be cut, all at once. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface CutProxy {
  readonly endpoint: string;
  /** Resets every connection of a client. @returns how many there were */
  cut(): number;
  stop(): Promise<void>;
}

/** `target` is asked for each request; undefined resets its connection. */
export async function startCutProxy(target: () => string | undefined): Promise<CutProxy> {
  const agent = new http.Agent({ keepAlive: true });
  const open = new Set<Socket>();
  const server = http.createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    const address = target();
    if (address === undefined) request.socket.resetAndDestroy();
    else forward(request, response, { address, agent });
  });
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const cut = (): number => {
    const sockets = [...open];
    for (const socket of sockets) socket.resetAndDestroy();
    return sockets.length;
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    stop: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        cut();
      }),
  };
}

interface Upstream {
  readonly address: string;
  readonly agent: http.Agent;
}

function forward(request: IncomingMessage, response: ServerResponse, { address, agent }: Upstream): void {
  const reset = (): void => void request.socket.resetAndDestroy();
  const { host } = new URL(address);
  const { method, headers } = request;
  const upstream = http.request(new URL(request.url ?? '/', address), { agent, method, headers: { ...headers, host } });
  upstream.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    answer.on('error', reset).pipe(response);
  });
  upstream.on('error', reset);
  request.on('error', () => upstream.destroy());
  response.on('close', () => upstream.destroy());
  request.pipe(upstream);
}
