/** A free port for a server that must know its port before it starts. Another program may take the port in between. */
import { createServer } from 'node:net';
import { StackError } from './stack-error.ts';

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') {
    throw new StackError('no_port', 'Expected a free port on 127.0.0.1, got none.');
  }
  return address.port;
}
