/**
 * The thread of one Lambda instance: imports the deployed bundle once, then handles events one at a time.
 * Plain JavaScript, so that an instance does not need a TypeScript loader. Messages: in `{event, context}`, out
 * `{kind: 'ready'}`, `{kind: 'answer', payload}`, `{kind: 'error', errorType, message}`; events and payloads are JSON.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

redirectStandardOutput();

const { handler } = await import(workerData.bundle);
if (typeof handler !== 'function') throw new TypeError(`Expected ${workerData.bundle} to export a function 'handler'.`);

parentPort.on('message', (message) => void answer(message));
parentPort.postMessage({ kind: 'ready' });

async function answer({ event, context }) {
  const deadlineMs = Date.now() + context.timeoutMs;
  const getRemainingTimeInMillis = () => Math.max(0, deadlineMs - Date.now());
  try {
    const result = await handler(JSON.parse(event), { ...context.fields, getRemainingTimeInMillis });
    parentPort.postMessage({ kind: 'answer', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    const isError = error instanceof Error;
    if (isError) process.stderr.write(`${error.stack}\n`);
    const [errorType, message] = isError ? [error.name, error.message] : ['Error', String(error)];
    parentPort.postMessage({ kind: 'error', errorType, message });
  }
}

/**
 * Loggers write directly to file descriptor 1, which in a thread is that of the whole process, and the standard output of the
 * process is reserved for the ready line. Lambda collects both outputs in one log, and so does this.
 */
function redirectStandardOutput() {
  const { write, writeSync } = fs;
  const redirected = (descriptor) => (descriptor === 1 ? 2 : descriptor);
  fs.write = (descriptor, ...rest) => write(redirected(descriptor), ...rest);
  fs.writeSync = (descriptor, data, ...rest) => {
    if (descriptor === 1 && workerData.logFile !== undefined) fs.appendFileSync(workerData.logFile, data);
    return writeSync(redirected(descriptor), data, ...rest);
  };
  syncBuiltinESMExports();
}
