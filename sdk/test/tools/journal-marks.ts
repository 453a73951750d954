/**
 * Asserts the order of the journal's marks (journal.ts). Importing this file makes every journal a watched one. Its
 * marks are checked at every event, and by `checkMarks` between the steps of a test. The first wrong order is kept.
 */
import { vi } from 'vitest';
import type { JournalEvents, JournalMarks, JournalOptions, JournalPorts } from '../../src/journal/journal.ts';

interface Watched {
  readonly marks: JournalMarks;
}

const watched = new Set<Watched>();
let firstWrong: string | undefined;

vi.mock('../../src/journal/journal.ts', async (load) => {
  const module = await load<typeof import('../../src/journal/journal.ts')>();
  class WatchedJournal extends module.Journal {
    constructor(options: JournalOptions, ports: JournalPorts) {
      const check = (): void => void (watched.has(this) && checkOne(this));
      super(options, { ...ports, events: checkedEvents(ports.events, check) });
      watched.add(this);
    }
  }
  return { ...module, Journal: WatchedJournal };
});

/** @throws when the marks are not in the order that journal.ts promises. */
export function assertMarks(marks: JournalMarks): void {
  const { cursorSeq, settledSeq, nextSeq, headSeq, lastSeq, writtenSeq, handedSeq, appendedSeq, mode } = marks;
  const rules: readonly (readonly [string, boolean])[] = [
    ['cursorSeq <= settledSeq', cursorSeq <= settledSeq],
    ['settledSeq < nextSeq', settledSeq < nextSeq],
    ['nextSeq <= headSeq', nextSeq <= headSeq],
    ['headSeq <= lastSeq + 1', headSeq <= lastSeq + 1],
    ['appendedSeq <= handedSeq', appendedSeq <= handedSeq],
    ['handedSeq <= lastSeq', handedSeq <= lastSeq],
    ['writtenSeq <= lastSeq', writtenSeq <= lastSeq],
    ['headSeq <= writtenSeq + 1 in disk mode', mode === 'memory' || headSeq <= writtenSeq + 1],
  ];
  const broken = rules.filter(([, holds]) => !holds).map(([rule]) => rule);
  if (broken.length > 0) throw new Error(`Expected ${broken.join(', ')}, got ${JSON.stringify(marks)}.`);
}

/** Checks all journals that were opened since the last `takeWrongMarks`. */
export function checkMarks(): void {
  for (const journal of watched) checkOne(journal);
}

/** The first wrong order since the last call. Forgets the journals. */
export function takeWrongMarks(): string | undefined {
  const wrong = firstWrong;
  firstWrong = undefined;
  watched.clear();
  return wrong;
}

/** Kept, not thrown: inside an event the SDK would catch the error. */
function checkOne({ marks }: Watched): void {
  try {
    assertMarks(marks);
  } catch (error) {
    firstWrong ??= String(error);
  }
}

function checkedEvents(events: JournalEvents, check: () => void): JournalEvents {
  return {
    ...events,
    onReadable: () => {
      check();
      events.onReadable();
    },
    onProgress: () => {
      check();
      events.onProgress();
    },
    onMode: (degradation) => {
      check();
      events.onMode(degradation);
    },
  };
}
