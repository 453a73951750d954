import type { IncomingMessage } from 'node:http';

/** The whole body, or undefined when it is larger than `maxBytes`; the server then discards the rest. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('end', () => resolve(size > maxBytes ? undefined : Buffer.concat(chunks)));
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
  });
}
