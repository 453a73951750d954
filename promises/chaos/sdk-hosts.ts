/** SDK hosts that share one journal folder. A killed one is started again as another source. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface SdkHostsOptions {
  readonly count: number;
  readonly endpoint: string;
  readonly serverKey: string;
  /** The journal folder. */
  readonly dir: string;
  readonly onAcknowledged: (key: string) => void;
  /** Gets a message about each item that the SDK drops. It is to drop none. */
  readonly onDropped: (message: string) => void;
}

export interface SdkHosts {
  pids(): readonly number[];
  /** Ends the traffic. What is not delivered stays in the journal. */
  stop(): Promise<void>;
  /** Starts a host that captures nothing and delivers what the others left, until `isDone`. @returns bytes it leaves */
  deliverTheRest(isDone: () => Promise<boolean>): Promise<number>;
}

const SCRIPT = fileURLToPath(new URL('sdk-host.ts', import.meta.url));
const ARGUMENTS = ['--conditions=@dataloaf/source', '--import', 'tsx', SCRIPT];
const POLL_MS = 200;

export function startSdkHosts(options: SdkHostsOptions): SdkHosts {
  const running = new Set<ChildProcess>();
  let isStopped = false;
  const keep = async (host: number): Promise<void> => {
    for (let life = 0; !isStopped; life += 1)
      await runHost({ source: `sdk-${host}-${life}`, items: 'all' }, options, running);
  };
  const kept = Array.from({ length: options.count }, (_, host) => keep(host));
  return {
    pids: () => [...running].map(({ pid = 0 }) => pid),
    async stop() {
      isStopped = true;
      for (const host of running) host.kill('SIGTERM');
      await Promise.all(kept);
    },
    async deliverTheRest(isDone) {
      const pending = runHost({ source: 'sdk-rest', items: 'none' }, options, running);
      while (!(await isDone())) await pause(POLL_MS);
      for (const host of running) host.kill('SIGTERM');
      return pending;
    },
  };
}

/** Resolves at the end of its process to the bytes that it says it leaves in the journal. */
async function runHost(
  { source, items }: { readonly source: string; readonly items: 'all' | 'none' },
  { endpoint, serverKey, dir, onAcknowledged, onDropped }: SdkHostsOptions,
  running: Set<ChildProcess>,
): Promise<number> {
  const env = { ...process.env, SOURCE: source, ITEMS: items, DIR: dir, ENDPOINT: endpoint, SERVER_KEY: serverKey };
  const host = spawn(process.execPath, ARGUMENTS, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(host);
  let text = '';
  let pending = Number.NaN;
  const read = (line: string): void => {
    if (line.startsWith('!')) onDropped(`${source}: ${line.slice(2)}`);
    else if (line.startsWith('. pending')) pending = Number(line.slice('. pending '.length));
    else if (!line.startsWith('.')) onAcknowledged(line);
  };
  host.stdout.on('data', (chunk: Buffer) => {
    const lines = (text + String(chunk)).split('\n');
    text = lines.pop() ?? ''; // A killed process leaves half a line, which acknowledges nothing.
    for (const line of lines) read(line);
  });
  await once(host, 'close');
  running.delete(host);
  return pending;
}
