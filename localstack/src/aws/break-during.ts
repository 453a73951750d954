/** A response that breaks off: its first bytes arrive, then the connection is reset. */
import type { ServerResponse } from 'node:http';

/** Half of the first chunk is sent, so that the client has seen the status and a part of the body. */
export function breakDuring(response: ServerResponse): void {
  const write = response.write.bind(response);
  const reset = (): void => void response.socket?.resetAndDestroy();
  const breakOff = (chunk: unknown): void => {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(typeof chunk === 'string' ? chunk : '');
    if (bytes.length < 2) reset();
    else write(bytes.subarray(0, bytes.length >> 1), reset);
  };
  response.write = (...[chunk]: readonly unknown[]): boolean => {
    breakOff(chunk);
    return true;
  };
  response.end = (...[chunk]: readonly unknown[]): ServerResponse => {
    breakOff(chunk);
    return response;
  };
}
