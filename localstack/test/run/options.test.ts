import { expect, it } from 'vitest';
import { HELP, OptionError, parseLocalOptions } from '../../src/run/options.ts';

it('runs on the embedded back end unless another one is named', () => {
  expect(parseLocalOptions([]).backend).toBe('embedded');
  expect(parseLocalOptions(['--backend', 'containers']).backend).toBe('containers');
});

it('refuses an unknown back end, and names the known ones', () => {
  const parse = () => parseLocalOptions(['--backend', 'docker']);

  expect(parse).toThrow(OptionError);
  expect(parse).toThrow('Expected --backend to be embedded or containers, got docker.');
});

it('lists every option in its help', () => {
  for (const option of [
    '--backend',
    '--dir',
    '--ephemeral',
    '--port',
    '--seed',
    '--statement-ms',
    '--json',
    '--help',
  ]) {
    expect(HELP).toContain(`\n  ${option}`);
  }
});
