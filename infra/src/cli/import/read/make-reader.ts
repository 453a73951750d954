/** The reader of a format. */
import { ConfigError } from '@dataloaf/core/errors';
import { CsvReader } from './csv-reader.ts';
import { type Format, isVendorMapping, type Mapping } from './mapping.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import type { RecordReader } from './outcome.ts';

/** @throws ConfigError for a vendor's mapping of a CSV file */
export function makeReader(format: Format, mapping: Mapping): RecordReader {
  if (format === 'ndjson') return new NdjsonReader(mapping);
  if (!isVendorMapping(mapping)) return new CsvReader(mapping);
  throw new ConfigError('format_unsupported', `Expected NDJSON with --from ${mapping.from}, got CSV.`, {
    hint: 'Export JSON lines, or name the columns of the CSV file with --event-column, --user and --time.',
  });
}
