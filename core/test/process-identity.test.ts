import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  parseProcessStat,
  readProcessIdentity,
  readProcessStat,
  readStart,
  readStartTicks,
} from '../src/process-identity.ts';

/** Fields 3 to 24 of a stat line; each holds its own number, except the state. */
const FIELDS = ['S', ...Array.from({ length: 21 }, (_, index) => String(index + 4))];

describe('the identity of a process', () => {
  it('is read past a command that contains blanks and parentheses', () => {
    const stat = parseProcessStat(`12 (a) b (c) ${FIELDS.join(' ')}`);

    expect(stat).toEqual({ state: 'S', parentPid: 4, group: '5', foregroundGroup: '8', startTicks: '22' });
  });

  it('has no start time when the line is cut short', () => {
    expect(parseProcessStat('12 (node) S 1 2 3')).toBeUndefined();
  });

  it('contains the start time that others read for its pid', () => {
    const { processStart, pid } = readProcessIdentity();

    expect(processStart).toBe(readStartTicks(pid));
    expect(readStart(pid)).toBe(processStart ?? readStart(pid));
  });

  it('has no start time once the process has ended', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);

    expect([readStart(pid), readStartTicks(pid), readProcessStat(pid)]).toEqual([undefined, null, undefined]);
  });
});
