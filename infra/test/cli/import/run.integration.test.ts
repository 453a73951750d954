import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VENDORS } from '../../../src/cli/import/read/from/vendor-form.ts';
import type { Summary } from '../../../src/cli/import/send/summary.ts';
import { dataloaf, StubApi, tempDir, tempFile } from '../support.ts';
import { AT, EXPORTS } from './read/from/exports.ts';

const MAPPING = ['--event', 'paid', '--user', 'user', '--time', 'at'];
const CSV = 'user,at,price\n00001,2026-01-01,12.00\n00001,2026-01-01,12.00\nu2,2026-01-02,"a,b"\n';

const summaryOf = (out: string): Summary => JSON.parse(out) as Summary;

let api: StubApi;
beforeEach(async () => {
  api = await StubApi.start();
});
afterEach(() => api.stop());

describe('dataloaf import', () => {
  it('sends each line as one event, two equal lines as two', async () => {
    const run = await dataloaf(['import', tempFile('a.csv', CSV), ...MAPPING, '--json'], { api });

    expect(run.code).toBe(0);
    expect(run.out.split('\n')).toHaveLength(2);
    expect(summaryOf(run.out)).toMatchObject({
      state: 'complete',
      lines: 3,
      sent: 3,
      accepted: 3,
      rejected: 0,
      pending: 0,
    });
    expect(api.ids.size).toBe(3);
    expect(api.events[0]).toMatchObject({
      event_name: 'paid',
      user_id: '00001',
      event_created: '2026-01-01T00:00:00.000Z',
      event_attributes: { price: 12 },
    });
  });

  it('sends the same ids for the same content under another name, packed, and from standard input', async () => {
    await dataloaf(['import', tempFile('a.csv', CSV), ...MAPPING], { api });
    await dataloaf(['import', tempFile('b.csv.gz', gzipSync(CSV)), ...MAPPING], { api });
    await dataloaf(['import', '-', ...MAPPING], { api, stdin: gzipSync(CSV, { level: 1 }) });

    expect(api.events).toHaveLength(9);
    expect(api.ids.size).toBe(3);
  });

  it('sends other ids for a file that has grown, except with --id', async () => {
    const withId = 'user,at,key\nu,2026-01-01,k1\n';
    const own = [...MAPPING, '--id', 'key'];

    await dataloaf(['import', tempFile('a.csv', withId), ...MAPPING], { api });
    await dataloaf(['import', tempFile('a.csv', `${withId}u,2026-01-01,k2\n`), ...MAPPING], { api });
    await dataloaf(['import', tempFile('a.csv', withId), ...own], { api });
    await dataloaf(['import', tempFile('a.csv', `${withId}u,2026-01-01,k2\n`), ...own], { api });

    expect(api.events).toHaveLength(6);
    expect(api.ids.size).toBe(3 + 2);
  });

  it('counts lines that are rejected here, by the SDK and by the API, each with line and reason, and sends the others', async () => {
    const stateDir = tempDir();
    const lines = ['u1', '', 'x'.repeat(300), 'poison', 'u5', 'a,b'];
    api.verdict = (event) => (event.user_id === 'poison' ? { code: 'user_id_invalid', message: 'Poison.' } : undefined);

    const csv = `user,at\n${lines.map((user) => `${user},2026-01-01`).join('\n')}\n`;
    const run = await dataloaf(['import', tempFile('a.csv', csv), ...MAPPING, '--json'], { api, stateDir });

    const summary = summaryOf(run.out);
    expect(run.code).toBe(1);
    expect(summary).toMatchObject({ lines: 6, sent: 4, accepted: 2, rejected: 4, pending: 0 });
    const kept = readFileSync(summary.rejected_file ?? '', 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(kept.map(({ line, code }) => `${line} ${code}`).sort()).toEqual([
      '3 field_missing',
      '4 user_id_invalid',
      '5 user_id_invalid',
      '7 column_count',
    ]);
    expect(statSync(summary.rejected_file ?? '').mode & 0o777).toBe(0o600);
    expect(api.events.map((event) => event.user_id)).toEqual(['u1', 'u5']);
  });

  it('shows twenty rejects and names the file with all of them', async () => {
    const run = await dataloaf(['import', tempFile('a.ndjson', 'bad\n'.repeat(50)), ...MAPPING], { api });

    expect(run.code).toBe(1);
    expect(run.out.match(/ {2}line \d+:/g)).toHaveLength(20);
    expect(run.out).toMatch(/30 more, all of them in .*import-rejected/);
  });

  it("names the line of a reject by the file's own id", async () => {
    api.verdict = (event) => (event.event_id === 'k2' ? { code: 'name_invalid', message: 'No.' } : undefined);

    const csv = 'user,at,key\nu,2026-01-01,k1\nu,2026-01-01,k2\n';
    const run = await dataloaf(['import', tempFile('a.csv', csv), ...MAPPING, '--id', 'key', '--json'], { api });

    expect(summaryOf(run.out)).toMatchObject({ accepted: 1, rejects: [{ line: 3, id: 'k2', code: 'name_invalid' }] });
  });

  it('rejects a line whose id came before with other content, and counts one with the same content', async () => {
    const csv = 'user,at,key,n\nu,2026-01-01,k1,1\nu,2026-01-01,k1,2\nu,2026-01-01,k1,1\nu,2026-01-01,k2,1\n';
    const run = await dataloaf(['import', tempFile('a.csv', csv), ...MAPPING, '--id', 'key', '--json'], { api });

    expect(run.code).toBe(1);
    expect(summaryOf(run.out)).toMatchObject({
      lines: 4,
      sent: 3,
      accepted: 3,
      rejected: 1,
      rejects: [{ line: 3, id: 'k1', code: 'id_conflict', message: expect.stringContaining('line 2') }],
      notices: [{ code: 'id_repeated', count: 1, lines: [4] }],
    });
    expect(api.events.map(({ event_attributes }) => event_attributes)).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
  });

  it('counts what it leaves out, in text and in JSON, and ends with 0', async () => {
    const csv = tempFile('a.csv', 'user,at\ru,2026-01-01\ruser,at\rv,2026-01-01\r');
    const ndjson = tempFile('a.ndjson', '{"user":"u","at":"2026/01/01 00:00:00","n":9007199254740993,"m":1}\n');

    const text = await dataloaf(['import', csv, ...MAPPING], { api });
    const json = await dataloaf(['import', ndjson, ...MAPPING, '--json'], { api });

    expect([text.code, json.code]).toEqual([0, 0]);
    expect(text.out).toMatch(
      /lines +2\n[\s\S]*1: Lines that repeat the header were left out\. Line 3 \(header_repeated\)/,
    );
    expect(summaryOf(json.out)).toMatchObject({
      accepted: 1,
      rejected: 0,
      notices: [{ code: 'number_unsafe', count: 1, lines: [1] }],
    });
    expect(api.events.map(({ event_attributes }) => event_attributes)).toEqual([undefined, undefined, { m: 1 }]);
  });

  it.each(VENDORS)('sends the events of an export of %s, gzip too, and the same ones again', async (vendor) => {
    const plain = tempFile('a.json', EXPORTS[vendor]);
    const packed = tempFile('a.json.gz', gzipSync(EXPORTS[vendor]));

    const run = await dataloaf(['import', plain, '--from', vendor, '--json'], { api });
    await dataloaf(['import', packed, '--from', vendor], { api });

    expect(run.code).toBe(0);
    expect(summaryOf(run.out)).toMatchObject({ format: 'ndjson', accepted: 2, rejected: 0 });
    expect(api.ids.size).toBe(2);
    expect(api.events[0]).toMatchObject({ user_id: 'user-1', event_created: new Date(AT).toISOString() });
  });

  it('shows the first five events with --dry-run and sends nothing', async () => {
    const csv = `user,at,price\n${'u,2026-01-01,1.50\n'.repeat(9)}`;

    const run = await dataloaf(['import', tempFile('a.csv', csv), ...MAPPING, '--dry-run'], { api });

    const events = run.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(run.code).toBe(0);
    expect(events).toHaveLength(5);
    expect(events[0]).toMatchObject({ event_name: 'paid', user_id: 'u', event_attributes: { price: 1.5 } });
    expect(api.events).toEqual([]);
  });

  it('shows with --dry-run the ids that a real run sends', async () => {
    const file = tempFile('a.csv', CSV);

    const run = await dataloaf(['import', file, ...MAPPING, '--dry-run', '--json'], { api });
    await dataloaf(['import', file, ...MAPPING], { api });

    const { events } = JSON.parse(run.out) as { events: { event_id: string }[] };
    expect(new Set(events.map((event) => event.event_id))).toEqual(api.ids);
  });

  it('leaves nothing in the journal after the API has acknowledged every event', async () => {
    const stateDir = tempDir();

    await dataloaf(['import', tempFile('a.csv', CSV), ...MAPPING], { api, stateDir });

    const journal = join(stateDir, 'import-journal');
    const left = existsSync(journal) ? readdirSync(journal, { recursive: true }).map(String) : [];
    expect(left.filter((name) => name.endsWith('.log') || name.endsWith('.seg'))).toEqual([]);
  });

  it('sends nothing for an empty file', async () => {
    const run = await dataloaf(['import', tempFile('a.csv', ''), ...MAPPING, '--json'], { api });

    expect(run.code).toBe(0);
    expect(summaryOf(run.out)).toMatchObject({ lines: 0, sent: 0, accepted: 0 });
  });
});

describe('dataloaf import of a file without records', () => {
  it.each([
    ['a.csv', 'user,at\n', /header and no records/],
    ['a.ndjson', '\n \n', /only blank lines/],
    ['b.csv', 'user,at\u2028u,2026-01-01', /the file to have the column/],
  ])('says so: %s', async (name, content, message) => {
    const run = await dataloaf(['import', tempFile(name, content), ...MAPPING], { api });

    expect(run.errors).toMatch(message);
  });
});

describe('dataloaf import without an API that accepts events', () => {
  it('sends nothing and ends with 3 when the API does not respond', async () => {
    const { url } = api;
    api.stop();

    const flags = ['--endpoint', url, '--key', `dl_s_0123abcd_${'k'.repeat(43)}`, '--patience', '0.2'];
    const run = await dataloaf(['import', tempFile('a.csv', CSV), ...MAPPING, ...flags]);

    expect(run.code).toBe(3);
    expect(run.errors).toMatch(/Nothing was sent.*again/);
  });

  it('ends with 3 when responses stop half way; running it again completes', async () => {
    const stateDir = tempDir();
    const file = tempFile(
      'a.csv',
      `user,at,n\n${Array.from({ length: 3_000 }, (_, n) => `u,2026-01-01,${n}\n`).join('')}`,
    );
    api.capacity = 1_000;

    const first = await dataloaf(['import', file, ...MAPPING, '--patience', '0.5', '--json'], { api, stateDir });
    api.capacity = Number.POSITIVE_INFINITY;
    const second = await dataloaf(['import', file, ...MAPPING, '--json'], { api, stateDir });

    expect(first.code).toBe(3);
    expect(summaryOf(first.out)).toMatchObject({ state: 'unreachable', lines: 3_000, sent: 3_000 });
    expect(summaryOf(first.out).pending).toBeGreaterThan(0);
    expect(first.errors).toMatch(/again: it continues/);
    expect(second.code).toBe(0);
    expect(summaryOf(second.out)).toMatchObject({ state: 'complete', accepted: 3_000 });
    expect(api.ids.size).toBe(3_000);
  });

  it('ends with 2 when the key is refused', async () => {
    api.status = 401;

    const run = await dataloaf(['import', tempFile('a.csv', CSV), ...MAPPING], { api });

    expect(run.code).toBe(2);
    expect(run.errors).toMatch(/server key/);
  });

  it('keeps the captured events when it is interrupted', async () => {
    const abort = new AbortController();
    const stateDir = tempDir();
    const file = tempFile(
      'a.csv',
      `user,at,n\n${Array.from({ length: 30_000 }, (_, n) => `u,2026-01-01,${n}\n`).join('')}`,
    );
    api.delayMs = 20;

    const running = dataloaf(['import', file, ...MAPPING, '--json'], { api, stateDir, signal: abort.signal });
    while (api.events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    const first = await running;
    api.delayMs = 0;
    const second = await dataloaf(['import', file, ...MAPPING, '--json'], { api, stateDir });

    expect(first.code).toBe(130);
    expect(summaryOf(first.out).state).toBe('interrupted');
    expect(second.code).toBe(0);
    expect(api.ids.size).toBe(30_000);
  });
});
