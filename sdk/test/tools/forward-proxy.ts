/** A forward proxy on 127.0.0.1: passes http requests on, notes CONNECT requests and refuses them. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ForwardProxy {
  readonly url: string;
  /** Method and target of each request. */
  readonly seen: readonly string[];
  stop(): void;
}

export async function startForwardProxy(): Promise<ForwardProxy> {
  const seen: string[] = [];
  const server = http.createServer((request, response) => {
    const { method, headers, url = '' } = request;
    seen.push(`${method} ${url}`);
    if (!URL.canParse(url)) return void response.writeHead(400).end();
    const onward = http.request(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request, socket) => {
    seen.push(`${request.method} ${request.url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
