import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { dataloaf } from './support.ts';

const CLI = fileURLToPath(new URL('../../src/cli', import.meta.url));
const FILES = ['command.ts', 'args.ts', 'run.ts', 'render.ts'];
const names = COMMANDS.map(({ name }) => name);

describe('COMMANDS', () => {
  it('names each command once, and none of them help', () => {
    expect(new Set([...names, 'help']).size).toBe(names.length + 1);
  });

  it.each(COMMANDS)('describes $name in one sentence', ({ description }) => {
    expect(description).toMatch(/^[A-Z][^\n]+\.$/);
  });

  it('has one folder for each command, and no folder without a command', () => {
    const folders = readdirSync(CLI, { withFileTypes: true }).filter((entry) => entry.isDirectory());

    expect(folders.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it('imports no command before it is used', () => {
    const source = readFileSync(join(CLI, 'commands.ts'), 'utf8');

    expect(source.match(/^import .*$/gm)).toEqual([expect.stringMatching(/^import type /)]);
  });

  it.each(COMMANDS)('keeps $name in the four files that every command has', ({ name }) => {
    expect(FILES.filter((file) => !existsSync(join(CLI, name, file)))).toEqual([]);
  });
});

describe('help', () => {
  it('lists every command with its description', async () => {
    const { out } = await dataloaf(['--help']);

    for (const { name, description } of COMMANDS) expect(out).toMatch(new RegExp(`^ +${name} +${description}$`, 'm'));
  });

  it.each(COMMANDS)(
    'shows the description, every option and the exit codes of $name',
    async ({ name, description, load }) => {
      const { args, notes } = await load();

      const { out } = await dataloaf(['help', name]);

      expect(out).toContain(description);
      for (const [option, { type }] of Object.entries(args)) {
        expect(out).toContain(type === 'positional' ? option.toUpperCase() : `--${option}`);
      }
      expect(notes).toContain('EXIT CODES');
      expect(out).toContain(notes);
    },
  );
});
