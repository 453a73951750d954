import { describe, expect, it } from 'vitest';
import { Printer } from '../../../src/cli/printer.ts';
import { renderStatus } from '../../../src/cli/status/render.ts';
import { aStatus } from './a-status.ts';

const { colors } = new Printer({ out: { write() {} }, error: { write() {} }, isColorOff: true });

describe('renderStatus', () => {
  it('shows freshness, the last load, totals and parked objects with their reasons', () => {
    const status = aStatus({ parked: [{ object_uri: 's3://b/k', reason: 'line 7' }] });

    const { lines } = renderStatus(status, 'text', colors);

    const text = lines.join('\n');

    expect(text).toContain('06:16:03.000Z (42 s ago)');
    expect(text).toContain('1,000 staged, 990 new, 3 conflicts');
    expect(text).toContain('79,658');
    expect(text).toContain('parked s3://b/k: line 7');
  });

  it('shows late objects once a full listing has found some', () => {
    const textOf = (late_objects: number) => renderStatus(aStatus({ late_objects }), 'text', colors).lines.join('\n');

    expect(textOf(1_200)).toContain('late objects  1,200 found by the daily full listing');
    expect(textOf(0)).not.toContain('late objects');
  });

  it('is exactly one line of JSON with --json', () => {
    const status = aStatus();

    const { lines, notes } = renderStatus(status, 'json', colors);

    expect(lines.map((line) => JSON.parse(line))).toEqual([status]);
    expect(notes).toEqual([]);
  });
});
