/** Segments made by hand: what the journal writes, for tests of what reads it. */
import { FRAME_HEADER_BYTES, sealFrame, writeHeader } from '../../src/journal/frame.ts';
import type { ItemKind } from '../../src/types.ts';

export interface TestRecord {
  readonly seq: number;
  readonly kind: ItemKind;
  readonly json: string;
}

export function encodeFrames(records: readonly TestRecord[]): Buffer {
  return Buffer.concat(
    records.map(({ seq, kind, json }) => {
      const bytes = Buffer.byteLength(json);
      const frame = Buffer.alloc(FRAME_HEADER_BYTES + bytes);
      frame.write(json, writeHeader(frame, 0, { seq, kind, bytes }));
      sealFrame(frame, 0);
      return frame;
    }),
  );
}
