import http from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport } from '../../src/delivery/transport.ts';
import { StopSignal } from '../../src/timing.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listening(server: net.Server): Promise<URL> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  closers.push(() => server.close());
  const address = server.address();
  return new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/base/`);
}

function aTransport(endpoint: URL, timeoutMs = 5_000) {
  const transport = createTransport({ endpoint, serverKey: 'dl_s_x', maxInFlight: 2, timeoutMs });
  closers.push(() => transport.close());
  return (body: string, signal = new StopSignal()) =>
    transport.send({ method: 'POST', path: '/v1/events', body: Buffer.from(body) }, signal);
}

describe('transport', () => {
  it('compresses bodies of 1 KB and more, and keeps the path of the endpoint', async () => {
    const seen: { url: string | undefined; encoding: string | undefined }[] = [];
    const server = http.createServer((request, response) => {
      seen.push({ url: request.url, encoding: request.headers['content-encoding'] });
      request.resume().on('end', () => response.end('{}'));
    });
    const send = aTransport(await listening(server));

    await send('{}');
    await send(JSON.stringify('x'.repeat(1_024)));

    expect(seen).toEqual([
      { url: '/base/v1/events', encoding: undefined },
      { url: '/base/v1/events', encoding: 'gzip' },
    ]);
  });

  it.each([
    ['never responds', (socket: net.Socket) => void socket.resume()],
    ['ends the connection', (socket: net.Socket) => void socket.on('data', () => socket.destroy())],
    [
      'closes the connection in the middle of the response',
      (socket: net.Socket) =>
        void socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"acc')),
    ],
    ['speaks no HTTP', (socket: net.Socket) => void socket.on('data', () => socket.end('220 mail.example.com\r\n'))],
    [
      'responds without end',
      (socket: net.Socket) =>
        void socket
          .on('error', () => undefined)
          .on('data', () => socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(2 ** 21)}`)),
    ],
  ])('rejects when the server %s', async (_, behave) => {
    const sockets: net.Socket[] = [];
    const server = net.createServer((socket) => {
      sockets.push(socket);
      behave(socket);
    });
    const send = aTransport(await listening(server), 200);

    await expect(send('{}')).rejects.toThrow('Expected a response from');
    for (const socket of sockets) socket.destroy();
  });

  it('repeats a request at once when the server has closed the connection that was kept for it', async () => {
    const served = new Map<net.Socket, number>();
    const server = http.createServer((request, response) => {
      const count = (served.get(request.socket) ?? 0) + 1;
      served.set(request.socket, count);
      if (count > 1) request.socket.destroy();
      else request.resume().on('end', () => response.end('{}'));
    });
    const send = aTransport(await listening(server));

    await Promise.all([send('{}'), send('{}')]);
    const answers = await Promise.all([send('{}'), send('{}')]);

    expect(answers).toMatchObject([{ status: 200 }, { status: 200 }]);
  });

  it('ignores Retry-After when the answer has it twice', async () => {
    const server = http.createServer((request, response) => {
      request.resume().on('end', () =>
        response
          .writeHead(
            503,
            [
              ['Retry-After', '3'],
              ['Retry-After', '5'],
            ].flat(),
          )
          .end(),
      );
    });
    const send = aTransport(await listening(server));

    expect((await send('{}')).pauseMs).toBeUndefined();
  });

  it('reports where a redirect leads, without query and password, and does not follow it', async () => {
    const seen: (string | undefined)[] = [];
    const server = http.createServer((request, response) => {
      seen.push(request.url);
      response.writeHead(308, { location: 'http://me:secret@127.0.0.1:1/new/v1/events?token=secret#secret' }).end();
    });
    const send = aTransport(await listening(server));

    const answer = await send('{}');

    expect(answer).toMatchObject({ status: 308, location: 'http://127.0.0.1:1/new/v1/events' });
    expect(seen).toEqual(['/base/v1/events']);
  });

  it('rejects at once when the signal stops, also with the answer outstanding', async () => {
    const server = net.createServer((socket) => void socket.on('error', () => undefined).resume());
    const send = aTransport(await listening(server));
    const signal = new StopSignal();

    const sending = send('{}', signal);
    signal.stop();

    await expect(sending).rejects.toMatchObject({ name: 'StoppedError' });
  });
});
