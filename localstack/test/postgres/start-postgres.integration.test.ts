import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createLog } from '@dataloaf/core/log';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { removeDataOf } from '../../src/postgres/data-folder.ts';
import { type Postgres, type PostgresOptions, startPostgres } from '../../src/postgres/start-postgres.ts';
import { connect } from '../tools/redshift-fixture.ts';

let dir: string;
let running: Postgres[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'dataloaf-start-postgres-'));
  running = [];
});

afterEach(async () => {
  for (const postgres of running) await postgres.stop();
  await rm(home(), { recursive: true, force: true });
  await rm(dir, { recursive: true, force: true });
});

const PATIENT = { timeout: 30_000, interval: 50 };

const log = createLog({ name: 'test', level: 'silent' });

async function start(options: Partial<PostgresOptions> = {}): Promise<Postgres> {
  const postgres = await startPostgres({ dir, log, ...options });
  running.push(postgres);
  return postgres;
}

/** The data folder. Root keeps it outside folders that only root can enter. */
function home(): string {
  const file = join(dir, 'postgres', 'instance.json');
  if (!existsSync(file)) return join(dir, 'postgres');
  const instance: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return typeof instance === 'object' && instance !== null ? String(Reflect.get(instance, 'home')) : '';
}

async function sql(url: string, text: string): Promise<readonly unknown[]> {
  const client = await connect(url);
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

function isAlive(pid: number | undefined): boolean {
  try {
    process.kill(pid ?? 0, 0);
    return true;
  } catch {
    // No such process.
    return false;
  }
}

async function waitUntil(condition: () => boolean, everyMs = 20): Promise<void> {
  for (let waited = 0; waited < 10_000 && !condition(); waited += everyMs) await sleep(everyMs);
  expect(condition()).toBe(true);
}

const watchdogsOf = (pid: number | undefined): number =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(`dataloaf-watchdog ${pid}`)).length;

// Real servers start in about 2 s. A busy machine may need much longer, and a timeout would mix the folders of two tests.
describe('startPostgres', { timeout: 60_000 }, () => {
  it('keeps data and password over a restart, and lets nobody in without the password', async () => {
    const first = await start();
    await sql(first.url, 'CREATE TABLE kept (a int)');
    await first.stop();

    const second = await start();

    expect(await sql(second.url, 'SELECT * FROM kept')).toEqual([]);
    expect(second.rebuilt).toBeUndefined();
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    const guessed = new URL(second.url);
    guessed.password = 'guess';
    await expect(sql(guessed.href, 'SELECT 1')).rejects.toThrow('password');
    expect(statSync(join(dir, 'postgres', 'instance.json')).mode & 0o777).toBe(0o600);
  });

  it('ends its server and its watchdog, and an ephemeral one leaves no data', async () => {
    const postgres = await start({ ephemeral: true });
    const data = home();

    await postgres.stop();

    expect(isAlive(postgres.pid)).toBe(false);
    expect(existsSync(data)).toBe(false);
    await waitUntil(() => watchdogsOf(postgres.pid) === 0);
  });

  it('starts a server that was killed again, on the same port, with all that was committed, and stops that one too', async () => {
    const warned = vi.spyOn(log, 'warn');
    const said = () => warned.mock.calls.map(([fields, text]) => `${text} ${Object(fields).err ?? ''}`);
    const postgres = await start();
    await sql(postgres.url, 'CREATE TABLE kept (a int)');
    const killed = postgres.pid;

    await sql(postgres.url, 'INSERT INTO kept VALUES (1)');
    process.kill(killed ?? 0, 'SIGKILL');
    await vi.waitFor(() => expect({ pid: postgres.pid, said: said() }).not.toMatchObject({ pid: killed }), PATIENT);
    const rows = await sql(postgres.url, 'SELECT a FROM kept');
    const second = postgres.pid;
    await postgres.stop();

    expect(rows).toEqual([{ a: 1 }]);
    expect(said()[0]).toContain('Postgres ended unexpectedly, restarting it');
    expect(isAlive(second)).toBe(false);
  });

  /** Elsewhere processes are not known by their folder. */
  it.runIf(process.platform === 'linux')(
    'starts a killed server again although one of its children hangs and holds its memory',
    async () => {
      const postgres = await start();
      const killed = postgres.pid;
      const session = await connect(postgres.url);
      session.on('error', () => undefined);
      const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const child = Number(rows[0]?.pid);

      process.kill(child, 'SIGSTOP');
      process.kill(Number(killed), 'SIGKILL');
      await vi.waitFor(() => expect(postgres.pid).not.toBe(killed), PATIENT);

      expect(await sql(postgres.url, 'SELECT 1 AS a')).toEqual([{ a: 1 }]);
      await waitUntil(() => !isAlive(child));
    },
  );

  it.each(['system', 'embedded'] as const)(
    'runs the server of the source %s when this machine has it',
    async (source) => {
      const postgres = await start({ source }).catch((error: unknown) => {
        // A machine may have only one of the two.
        expect(error).toMatchObject({ code: 'postgres_missing' });
      });

      if (postgres !== undefined) expect(postgres.source).toBe(source);
    },
  );

  it('leaves nothing when its process is killed', async () => {
    const { child, pid } = await holdPostgres();

    child.kill('SIGKILL');

    await waitUntil(() => !isAlive(pid));
    await waitUntil(() => watchdogsOf(pid) === 0);
  });

  it.each([
    ['while it makes the data', 'initdb'],
    ['before its server is ready', 'postgres'],
  ])('leaves no process when its process is killed %s', async (_, program) => {
    if (program === 'postgres') await (await start()).stop();
    const child = spawnHolder();
    const processes = () => processesOf(join(home(), 'data'), program);
    await waitUntil(() => processes().length > 0, 2);

    child.kill('SIGKILL');

    await waitUntil(() => processesOf(join(home(), 'data'), '').length === 0);
  });

  it.each([
    ['a file', (path: string) => writeFileSync(path, ''), 'it is a file'],
    ['a link that leads nowhere', (path: string) => symlinkSync('/nowhere', path), 'it is a link to /nowhere'],
    ['a link to a file', (path: string) => symlinkSync('/etc/hosts', path), 'it is a link to /etc/hosts'],
  ])('says in one sentence that %s lies where its folder belongs, and leaves it', async (_, put, words) => {
    put(join(dir, 'postgres'));

    const failure = await start().catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'folder_unusable', message: expect.stringContaining(words) });
    expect(failure).toMatchObject({ hint: 'Move away what is there, or start the stack with another --dir.' });
    expect(lstatSync(join(dir, 'postgres')).isDirectory()).toBe(false);
  });

  it('removes the data of stacks that are gone, wherever it is, and of no other', async () => {
    const first = await start();
    await first.stop();
    const kept = home();
    const gone = join(dir, 'gone');
    await (await start({ dir: gone })).stop();
    const left = JSON.parse(readFileSync(join(gone, 'postgres', 'instance.json'), 'utf8')).home;
    await rm(gone, { recursive: true });
    // As if the process of that stack had ended too.
    if (existsSync(left)) writeFileSync(join(left, 'owner.json'), JSON.stringify({ pid: 1, startedAt: '', own: gone }));

    await (await start({ dir: join(dir, 'other') })).stop();
    removeDataOf(join(dir, 'other'));

    expect([existsSync(left), existsSync(kept)]).toEqual([false, true]);
  });

  it('stops the server that another process left running, and no other process', async () => {
    const { child, pid, url } = await holdPostgres();
    await sql(url, 'CREATE TABLE kept (a int)');
    // While they are stopped, neither the watchdog nor its parent can end the server.
    const watchdog = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
      .split('\n')
      .find((line) => line.includes(`dataloaf-watchdog ${pid}`));
    process.kill(Number.parseInt(watchdog ?? '', 10), 'SIGKILL');
    child.kill('SIGKILL');

    const postgres = await start();

    // An orphan counts as alive until the system has reaped it.
    await waitUntil(() => !isAlive(pid));
    expect(await sql(postgres.url, 'SELECT * FROM kept')).toEqual([]);
  });

  it('does not touch a process that only has the pid of a dead server', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(join(home(), 'data', 'postmaster.pid'), `${process.pid}\n${join(home(), 'data')}\n`);

    const second = await start();

    expect(await sql(second.url, 'SELECT 1 AS a')).toEqual([{ a: 1 }]);
  });

  it('recreates the data and says so when no server of its version exists', async () => {
    const first = await start();
    await first.stop();
    writeFileSync(join(home(), 'data', 'PG_VERSION'), '9\n');

    const second = await start();

    expect(second.rebuilt?.reason).toContain('Postgres 9');
  });

  it('says so when the data is gone', async () => {
    const first = await start();
    await first.stop();
    await rm(join(home(), 'data'), { recursive: true });

    const second = await start();

    expect(second.rebuilt?.reason).toContain('gone');
  });

  it('throws away the data of a stack folder that was removed', async () => {
    const first = await start();
    await sql(first.url, 'CREATE TABLE kept (a int)');
    await first.stop();
    await rm(join(dir, 'postgres', 'instance.json'));

    const second = await start();

    await expect(sql(second.url, 'SELECT * FROM kept')).rejects.toThrow('does not exist');
  });

  it("reports the end of the server's log when it does not start", async () => {
    const first = await start();
    await first.stop();
    writeFileSync(join(home(), 'data', 'postgresql.conf'), 'no_such_setting = 1\n');

    await expect(start()).rejects.toThrow('no_such_setting');
  });

  it('uses a named server, and refuses one without a superuser', async () => {
    const own = await start();
    await sql(own.url, `CREATE ROLE plain LOGIN PASSWORD 'plain'`);
    const plain = new URL(own.url);
    plain.username = 'plain';
    plain.password = 'plain';

    const external = await start({ url: own.url });

    expect(external).toMatchObject({ url: own.url, source: 'external', version: own.version });
    await expect(start({ url: plain.href })).rejects.toMatchObject({ code: 'postgres_not_superuser' });
  });
});

/** Processes whose command names the folder, or the unfinished one beside it. */
const processesOf = (data: string, program: string): readonly string[] =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(data) && line.includes(program) && !line.startsWith('ps '));

function spawnHolder(): ChildProcessByStdio<null, Readable, null> {
  const script = fileURLToPath(new URL('../tools/hold-postgres.ts', import.meta.url));
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return spawn(process.execPath, ['--conditions=@dataloaf/source', '--import', 'tsx', script, dir], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function holdPostgres(): Promise<{ child: ReturnType<typeof spawn>; pid: number; url: string }> {
  const child = spawnHolder();
  for await (const line of child.stdout) {
    const held: { pid: number; url: string } = JSON.parse(String(line));
    return { child, ...held };
  }
  throw new TypeError('Expected the process to start Postgres.');
}
