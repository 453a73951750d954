/** Packs lines into Firehose records: greedily, up to the 5 KB that Firehose bills, never splitting a line. Pure. */
import { PUT_BYTES_MAX, RECORD_BYTES_TARGET, RECORDS_PER_PUT_MAX } from '../limits.ts';

export interface PackedRecord {
  readonly data: Buffer;
  /** Positions of the record's lines in the input. */
  readonly indexes: readonly number[];
}

/** Returns records in the order of the lines. A line longer than 5 KB becomes a record of its own. */
export function packRecords(lines: readonly string[]): readonly PackedRecord[] {
  const records: PackedRecord[] = [];
  let text: string[] = [];
  let indexes: number[] = [];
  let bytes = 0;
  const close = (): void => {
    if (indexes.length > 0) records.push({ data: Buffer.from(text.join('')), indexes });
    [text, indexes, bytes] = [[], [], 0];
  };
  for (const [index, line] of lines.entries()) {
    const size = Buffer.byteLength(line);
    if (bytes + size > RECORD_BYTES_TARGET) close();
    text.push(line);
    indexes.push(index);
    bytes += size;
  }
  close();
  return records;
}

/** Splits records into groups, each within the limits of one PutRecordBatch. */
export function groupRecords(records: readonly PackedRecord[]): readonly (readonly PackedRecord[])[] {
  const groups: PackedRecord[][] = [];
  let group: PackedRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    if (group.length === RECORDS_PER_PUT_MAX || bytes + record.data.length > PUT_BYTES_MAX) {
      groups.push(group);
      [group, bytes] = [[], 0];
    }
    group.push(record);
    bytes += record.data.length;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}
