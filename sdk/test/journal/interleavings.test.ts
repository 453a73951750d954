import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk } from '../../src/disk.ts';
import { Backlog } from '../../src/journal/backlog.ts';
import { SegmentWriter } from '../../src/journal/segment-writer.ts';
import { aClient, aDisk, aFolder, NOWHERE } from '../tools/test-client.ts';

const journalsIn = (dir: string): readonly string[] =>
  fs.readdirSync(dir).filter((name) => /^[0-9a-f]{16}\./.test(name));

describe('a journal', () => {
  it('writes a group again when its folder is taken during a synchronous commit', async () => {
    const dir = aFolder();
    const taken = path.join(dir, '0123456789abcdef.11111111-1111-4111-8111-111111111111');
    let isTaken = false;
    const disk = aDisk({
      writeSync(fd, bytes, position) {
        const written = nodeDisk.writeSync(fd, bytes, position);
        if (!isTaken) fs.renameSync(path.join(dir, journalsIn(dir)[0] ?? ''), taken);
        isTaken = true;
        return written;
      },
    });
    const { client, drops } = aClient({ endpoint: NOWHERE, dir, maxMemoryBytes: 65_536 }, { disk });

    const captured = Array.from({ length: 100 }, (_, at) =>
      client.createEvent({ name: 'paid', userId: 'u1', attributes: { at, text: 'x'.repeat(300) } }),
    );
    const places = await Promise.all(captured.map(({ persisted }) => persisted));

    const own = journalsIn(dir).filter((name) => !taken.endsWith(name));
    const text = own
      .flatMap((name) => fs.readdirSync(path.join(dir, name)).map((file) => path.join(dir, name, file)))
      .filter((file) => file.endsWith('.log'))
      .map((file) => fs.readFileSync(file, 'latin1'))
      .join('');
    expect([isTaken, own.length, drops]).toEqual([true, 1, []]);
    expect(places).toEqual(captured.map(() => 'disk'));
    expect(captured.filter(({ id }) => !text.includes(id))).toEqual([]);
  });

  it('removes a segment once that is discarded while it is gone already', async () => {
    const removed: string[] = [];
    const remove = async (each: string): Promise<void> => void removed.push(each);
    const segments = [1, 5, 9].map((firstSeq) => ({ firstSeq, path: `/j/${firstSeq}.log`, bytes: 100 }));
    const [oldest = { firstSeq: 1, path: '', bytes: 0 }] = segments;
    const backlog = new Backlog(
      { folder: '/j', segments: [...segments], firstSeq: 1 },
      { disk: aDisk({ remove }), onDamage: async () => undefined, onRoom: () => undefined },
    );

    await Promise.all([backlog.discard(oldest), backlog.discard(oldest)]);
    await backlog.discard(oldest);

    expect(removed).toEqual(['/j/1.log']);
    expect(backlog.segments.map(({ firstSeq }) => firstSeq)).toEqual([5, 9]);
  });
});

describe('a segment writer', () => {
  /** Holds asynchronous writes until `finish` is called, and notes which descriptors are closed. */
  function aWriter() {
    const closed: number[] = [];
    const waiting: (() => void)[] = [];
    const disk = aDisk({
      async write(fd, bytes, position) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return nodeDisk.write(fd, bytes, position);
      },
      closeSync(fd) {
        closed.push(fd);
        nodeDisk.closeSync(fd);
      },
    });
    const folder = aFolder();
    const writer = new SegmentWriter({ folder, segmentBytes: 150, durability: 'os' }, disk);
    const contents = (): string[] =>
      fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'latin1'));
    return { writer, closed, contents, finish: () => waiting.splice(0).forEach((resolve) => void resolve()) };
  }

  it('closes no descriptor under a write that is queued, when it is closed', async () => {
    const { writer, closed, contents, finish } = aWriter();

    const queued = writer.append(1, Buffer.alloc(100, 'a'));
    writer.close();
    const before = closed.length;
    finish();
    await queued;

    expect([before, closed.length]).toEqual([0, 1]);
    expect(contents()).toEqual(['a'.repeat(100)]);
  });

  it('closes no descriptor under a write that is queued, when a synchronous write begins the next segment', async () => {
    const { writer, closed, contents, finish } = aWriter();

    const queued = writer.append(1, Buffer.alloc(100, 'a'));
    writer.finishSync();
    writer.appendSync(2, Buffer.alloc(100, 'b'));
    const before = closed.length;
    finish();
    await queued;
    writer.close();

    expect([before, closed.length]).toEqual([0, 2]);
    expect(contents()).toEqual(['a'.repeat(100), 'b'.repeat(100)]);
  });

  it('closes no descriptor under a write that is queued, when its segment is given up', async () => {
    const { writer, closed, finish } = aWriter();

    const queued = writer.append(1, Buffer.alloc(100, 'a'));
    writer.abandon();
    const before = closed.length;
    finish();
    const failure = await queued.catch(({ code }) => code);
    writer.close();

    expect([before, failure, closed.length]).toEqual([0, 'segment_abandoned', 1]);
  });
});
