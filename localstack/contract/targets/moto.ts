/** moto's server, as a witness: a process on a free port of 127.0.0.1. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../src/free-port.ts';
import { pollUntil } from '../../src/poll-until.ts';
import type { Python } from '../python.ts';
import type { Starting } from './running-target.ts';

const ANSWER_MS = 30_000;

export async function startMotoWitness(python: Python): Promise<Starting> {
  if (python.kind === 'missing') return python;
  const port = await freePort();
  const server = spawn(python.python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { PATH: '/usr/bin:/bin', AWS_EC2_METADATA_DISABLED: 'true' },
  });
  const exited = once(server, 'exit');
  const stop = async (): Promise<void> => {
    server.kill('SIGKILL'); // It keeps nothing.
    await exited;
  };
  const url = `http://127.0.0.1:${port}`;
  const failure = await pollUntil(ANSWER_MS, async () => {
    const answer = await fetch(`${url}/moto-api/`);
    await answer.arrayBuffer();
  });
  if (failure === undefined) return { kind: 'started', running: { target: { name: 'moto', endpoint: url }, stop } };
  await stop();
  return { kind: 'missing', why: `moto did not respond within ${ANSWER_MS / 1_000} s: ${failure.message}` };
}
