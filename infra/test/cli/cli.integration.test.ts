import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { dataloaf, LAUNCHER, tempDir, tempFile } from './support.ts';

const exec = promisify(execFile);
const FILE = tempFile('a.csv', 'user,at\nu,2026-01-01\n');

describe('dataloaf', () => {
  it.each([[['--help']], [['-h']], [['help']]])('lists its commands with %j', async (args) => {
    const run = await dataloaf(args);

    expect(run.code).toBe(0);
    expect(run.out).toMatch(/import[\s\S]*status/);
  });

  it.each([[['help', 'import']], [['import', '--help']], [['import', FILE, '-h']]])(
    'warns with %j that a grown file is new content, and says how to avoid it',
    async (args) => {
      const run = await dataloaf(args);

      expect(run.code).toBe(0);
      expect(run.out).toMatch(/GROWN IS NEW CONTENT[\s\S]*--id/);
      expect(run.out).not.toContain('\u001b[');
    },
  );

  it.each([
    [['frobnicate'], /Unknown command "frobnicate"/],
    [['help', 'frobnicate'], /Unknown command/],
    [['constructor'], /Unknown command/],
    [['import'], /Missing argument FILE/],
    [['import', FILE, '--evnt', 'x'], /Unknown option --evnt/],
    [['import', FILE, '-x'], /Unknown option -x/],
    [['import', FILE, '--no-json', '--no-such'], /Unknown option --such/],
    [['import', FILE, 'b.csv'], /Unexpected argument "b.csv"/],
    [['import', FILE, '--user', 'u'], /--event NAME .* or --event-column/],
    [['import', FILE, '--user', 'u', '--event', 'a', '--event-column', 'b'], /either/],
    [['import', FILE, '--event', 'a'], /--user COLUMN/],
    [['import', FILE, '--event', 'a', '--user'], /--user needs a value/],
    [['import', FILE, '--event', 'a', '--user', 'u', '--format', 'xml'], /--format csv/],
    [['import', FILE, '--event', 'a', '--user', 'u', '--patience', '-1'], /--patience/],
    [['import', FILE, '--event', 'a', '--user', 'nobody', '--dry-run'], /"nobody"[\s\S]*"user", "at"/],
    [['import', '/nowhere.csv', '--event', 'a', '--user', 'u', '--dry-run'], /nowhere.csv/],
    [['status', 'x'], /Unexpected argument/],
  ])('ends with 2 and says why: %j', async (args, message) => {
    const run = await dataloaf(args);

    expect(run.code).toBe(2);
    expect(run.errors).toMatch(message);
    expect(run.out).toBe('');
  });

  it('points to the help of the command when its options are wrong', async () => {
    const run = await dataloaf(['import', FILE, '--evnt', 'x']);

    expect(run.errors).toContain('Run `dataloaf help import`');
  });
});

describe('the launcher', () => {
  it('runs from any folder and passes the exit code on', { timeout: 30_000 }, async () => {
    const options = { cwd: tempDir() };

    const version = await exec(process.execPath, [LAUNCHER, '--version'], options);
    const failure = exec(process.execPath, [LAUNCHER, 'frobnicate'], options);

    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    await expect(failure).rejects.toMatchObject({ code: 2, stderr: expect.stringMatching(/Unknown command/) });
  });
});
