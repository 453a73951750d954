import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/journal/record.ts';
import { SegmentReader } from '../../src/journal/segment-reader.ts';
import { READ_WINDOW_BYTES } from '../../src/limits.ts';
import { encodeFrames, type TestRecord } from '../tools/frames.ts';
import { aDisk, diskError } from '../tools/test-client.ts';

const COUNT = 400;
/** Records of many lengths, so that windows cut some of them anywhere; several windows in all. */
const records: readonly TestRecord[] = Array.from({ length: COUNT }, (_, index) => ({
  seq: index + 1,
  kind: 'event',
  json: JSON.stringify({ event_id: `e-${index}`, text: 'x'.repeat((index * 7_919) % 20_000) }),
}));

interface SeenDamage {
  readonly isTorn: boolean;
  readonly content: string | undefined;
}

function aReader(bytes: Buffer): { reader: SegmentReader; damages: SeenDamage[] } {
  const damages: SeenDamage[] = [];
  const disk = aDisk({
    readInto: async (_path, target, position) => bytes.copy(target, 0, position, position + target.length),
    truncateSync: () => undefined,
  });
  const segments = [{ firstSeq: 1, path: 'segment', bytes: bytes.length }];
  const reader = new SegmentReader(segments, disk, async ({ bytes: hit, isTorn = false }) => {
    damages.push({ isTorn, content: hit?.toString('latin1') });
  });
  return { reader, damages };
}

async function readAll(reader: SegmentReader): Promise<string[]> {
  const texts: string[] = [];
  for (let from = 1; ; ) {
    const items = await reader.read({ from, until: Number.MAX_SAFE_INTEGER, maxBytes: 300_000 });
    if (items.length === 0) return texts;
    texts.push(...items.map(textOf));
    // Released before the next read, so that the reader reuses its windows.
    for (const item of items) item.memory?.release();
    from = (items.at(-1)?.seq ?? 0) + 1;
  }
}

interface Failure {
  readonly code: string;
  readonly failAt: number;
  readonly onFailure?: () => void;
}

/** A segment of several windows and a short one after it. The first fails with `code` from the position `failAt` on. */
function aReaderOfTwo({ code, failAt, onFailure = () => undefined }: Failure) {
  const files: Readonly<Record<string, Buffer>> = {
    first: encodeFrames(records.slice(0, 380)),
    second: encodeFrames(records.slice(380)),
  };
  const segments = [
    { firstSeq: 1, path: 'first', bytes: files['first']?.length ?? 0 },
    { firstSeq: 381, path: 'second', bytes: files['second']?.length ?? 0 },
  ];
  let reads = 0;
  const disk = aDisk({
    readInto: async (path, target, at) => {
      reads += 1;
      // A reader that does not stop must not stop the test run.
      if (reads > 100) throw new Error('Expected the reader to stop, got 100 reads.');
      if (path === 'first' && at >= failAt) {
        onFailure();
        throw diskError(code);
      }
      return files[path]?.copy(target, 0, at, at + target.length) ?? 0;
    },
  });
  const damages: (string | undefined)[] = [];
  const reader = new SegmentReader(segments, disk, async ({ segment }) => void damages.push(segment.path));
  return { reader, segments, damages };
}

const textsWithout = (...indexes: number[]): string[] =>
  records.filter((_, index) => !indexes.includes(index)).map(({ json }) => json);

describe('segment reader', () => {
  it('reads a segment of several windows as it was written', async () => {
    const bytes = encodeFrames(records);
    const { reader, damages } = aReader(bytes);

    const texts = await readAll(reader);

    expect(bytes.length).toBeGreaterThan(3 * READ_WINDOW_BYTES);
    expect(texts).toEqual(textsWithout());
    expect(damages).toEqual([]);
  });

  it('loses only the damaged records, wherever windows end', async () => {
    for (let hit = 0; hit < COUNT; hit += 13) {
      const bytes = encodeFrames(records);
      const at = encodeFrames(records.slice(0, hit)).length;
      // Damages its length, its sequence or its content.
      const place = at + ([2, 14, 20][hit % 3] ?? 0);
      bytes[place] = (bytes[place] ?? 0) ^ 0x40;
      const { reader, damages } = aReader(bytes);

      const texts = await readAll(reader);

      expect(texts).toEqual(textsWithout(hit));
      // The end of a segment can be read twice. Damage is identified by its content (set-aside.ts).
      expect(new Set(damages.map(({ content }) => content)).size).toBe(1);
    }
  });

  it('keeps the whole records of a segment with a torn end', async () => {
    const bytes = encodeFrames(records);
    const cut = bytes.subarray(0, bytes.length - 5);
    const { reader, damages } = aReader(cut);

    const texts = await readAll(reader);

    expect(texts).toEqual(textsWithout(COUNT - 1));
    expect(damages).toMatchObject([{ isTorn: true }]);
  });

  it('never frees the memory of a read in flight', async () => {
    const files: Readonly<Record<string, Buffer>> = {
      first: encodeFrames(records.slice(0, 20)),
      second: encodeFrames(records.slice(20, 40)),
    };
    files['first']?.fill(0x40, 20, 21);
    const disk = aDisk({
      readInto: async (path, target, at) => files[path]?.copy(target, 0, at, at + target.length) ?? 0,
    });
    const segments = ['first', 'second'].map((path, index) => {
      return { firstSeq: 1 + index * 20, path, bytes: files[path]?.length ?? 0 };
    });
    const reader: SegmentReader = new SegmentReader(segments, disk, async () => reader.rest());

    const first = await reader.read({ from: 1, until: 21, maxBytes: 10_000_000 });
    await reader.read({ from: 21, until: 41, maxBytes: 10_000_000 });

    expect(first.map(textOf)).toEqual(records.slice(1, 20).map(({ json }) => json));
  });

  it('reads a record that is larger than the rest of a window', async () => {
    const large = { seq: 2, kind: 'event' as const, json: JSON.stringify({ text: 'y'.repeat(250_000) }) };
    const small = records.slice(0, 1);
    const rest = Array.from({ length: 8 }, (_, index) => ({ ...large, seq: index + 3 }));
    const all = [...small, large, ...rest];
    const { reader } = aReader(encodeFrames(all));

    expect(await readAll(reader)).toEqual(all.map(({ json }) => json));
  });

  it('continues with the next segment when the one that it has begun is settled and deleted', async () => {
    const { reader, segments, damages } = aReaderOfTwo({ code: 'ENOENT', failAt: 1 });
    await reader.read({ from: 1, until: 5, maxBytes: 10_000_000 });

    segments.shift();
    const items = await reader.read({ from: 385, until: 401, maxBytes: 10_000_000 });

    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 16 }, (_, index) => 385 + index));
    expect(segments.map(({ path }) => path)).toEqual(['second']);
    expect(damages).toEqual([]);
  });

  it('keeps the other segments when one is deleted while it is opened', async () => {
    const onFailure = (): void => void segments.shift();
    const { reader, segments } = aReaderOfTwo({ code: 'ENOENT', failAt: 0, onFailure });

    const items = await reader.read({ from: 1, until: 401, maxBytes: 10_000_000 });

    expect(items[0]?.seq).toBe(381);
    expect(segments.map(({ path }) => path)).toEqual(['second']);
  });

  it('sets a segment aside after five failed reads of a later window, and continues with the next one', async () => {
    const { reader, damages } = aReaderOfTwo({ code: 'EIO', failAt: 1 });
    const range = { until: 401, maxBytes: 10_000_000 };

    for (let failure = 1; failure < 5; failure += 1) {
      await expect(reader.read({ from: 1, ...range })).rejects.toThrow('EIO');
    }
    const items = await reader.read({ from: 1, ...range });

    expect(items.at(-1)?.seq).toBe(400);
    expect(damages).toEqual(['first']);
  });
});
