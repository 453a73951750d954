import { describe, expect, it } from 'vitest';
import { renderImport } from '../../../src/cli/import/render.ts';
import type { DryRunResult } from '../../../src/cli/import/run.ts';
import type { Summary } from '../../../src/cli/import/send/summary.ts';
import { Printer } from '../../../src/cli/printer.ts';

const { colors } = new Printer({ out: { write() {} }, error: { write() {} }, isColorOff: true });

const aSummary = (changes: Partial<Summary> = {}): Summary => ({
  file: 'a.csv',
  format: 'csv',
  state: 'complete',
  lines: 1_000,
  sent: 1_000,
  accepted: 1_000,
  rejected: 0,
  pending: 0,
  seconds: 2,
  events_per_second: 500,
  rejected_file: null,
  rejects: [],
  notices: [],
  ...changes,
});

const DRY_RUN: DryRunResult = {
  state: 'dry_run',
  file: 'a.csv',
  format: 'csv',
  events: [{ event_id: 'e', event_name: 'paid', user_id: 'u' }],
  rejects: [{ line: 3, code: 'time_invalid', message: 'Expected a time.' }],
  notices: [],
};

const lines = (summary: Summary): string => renderImport(summary, 'text', colors).lines.join('\n');

describe('the text of an import', () => {
  it('counts lines, sent, accepted and rejected, and pending only if some are', () => {
    expect(lines(aSummary())).toMatch(
      /^Imported a\.csv\n +lines +1,000\n +sent +1,000\n +accepted +1,000\n +rejected +0\n/,
    );
    expect(lines(aSummary())).not.toContain('pending');
    expect(lines(aSummary({ pending: 7 }))).toMatch(/pending +7/);
  });

  it('names rejects by line, or by id if the line is unknown', () => {
    const rejects = [
      { line: 3, code: 'c', message: 'One.' },
      { line: null, code: 'c', message: 'Two.', id: 'k2' },
    ];

    const text = lines(aSummary({ rejected: 2, rejects, rejected_file: '/x/r.ndjson' }));

    expect(text).toContain('line 3: One. (c)');
    expect(text).toContain('id k2: Two. (c)');
    expect(text).toContain('Also listed in /x/r.ndjson');
  });

  it('counts what was left out or changed, with its first lines', () => {
    const notice = { code: 'number_unsafe' as const, count: 1_200, message: 'Numbers were left out.', lines: [2, 7] };

    expect(lines(aSummary({ notices: [notice] }))).toContain(
      'Left out or changed:\n  1,200: Numbers were left out. Lines 2, 7 ... (number_unsafe)',
    );
    expect(lines(aSummary())).not.toContain('Left out');
  });

  it.each([
    ['complete', 0],
    ['unreachable', 0],
    ['interrupted', 1],
  ] as const)('of state %s has %i notes that the same command continues', (state, count) => {
    expect(renderImport(aSummary({ state }), 'json', colors).notes).toHaveLength(count);
  });

  it('shows the events of a dry run as lines, its rejects as notes', () => {
    const { lines: events, notes } = renderImport(DRY_RUN, 'text', colors);

    expect(events.map((line) => JSON.parse(line))).toEqual(DRY_RUN.events);
    expect(notes[0]).toBe('line 3: Expected a time.');
  });
});

describe('the JSON of an import', () => {
  it('is the summary in one line', () => {
    const { lines: json } = renderImport(aSummary(), 'json', colors);

    expect(json.map((line) => JSON.parse(line))).toEqual([aSummary()]);
  });

  it('marks a dry run, and has no notes then', () => {
    const { state, ...rest } = DRY_RUN;

    const { lines: json, notes } = renderImport(DRY_RUN, 'json', colors);

    expect(json.map((line) => JSON.parse(line))).toEqual([{ dry_run: true, ...rest }]);
    expect(notes).toEqual([]);
  });
});
