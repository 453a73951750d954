/** The reader of a format. */
import { CsvReader } from './csv-reader.ts';
import type { Format, Mapping } from './mapping.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import type { RecordReader } from './outcome.ts';

export const makeReader = (format: Format, mapping: Mapping): RecordReader =>
  format === 'csv' ? new CsvReader(mapping) : new NdjsonReader(mapping);
