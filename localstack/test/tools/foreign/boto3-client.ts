/** boto3, in a Python process that responds line by line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type CleanHome, outcomeOfCode } from './clean-environment.ts';
import type { ForeignClient, Outcome } from './client.ts';

const DRIVER = fileURLToPath(new URL('./boto3_driver.py', import.meta.url));

export function boto3Client(endpoint: string, { python, home }: { python: string; home: CleanHome }): ForeignClient {
  const driver = spawn(python, [DRIVER, endpoint], { env: home.environment, stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: driver.stdout })[Symbol.asyncIterator]();
  return {
    async call(step): Promise<Outcome> {
      driver.stdin.write(`${JSON.stringify(step)}\n`);
      const line = await lines.next();
      if (line.done === true) throw new Error('The driver of boto3 ended; its error is above.');
      const { code, members } = JSON.parse(line.value);
      return code === undefined ? { kind: 'answer', members } : outcomeOfCode(code, step.operation);
    },
    async close() {
      const exited = once(driver, 'exit');
      driver.stdin.end();
      await exited;
    },
  };
}
