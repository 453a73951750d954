/**
 * Turns CSV into events. The first record names the columns; every other record becomes an event or a reject. A record that
 * repeats these names is a header of concatenated files and is left out. If it names them in another order, the records below it
 * are read in that order.
 */
import { ConfigError } from '@dataloaf/core/errors';
import { type CsvRecord, CsvRecords } from './csv-records.ts';
import { csvValue } from './csv-value.ts';
import { type ColumnMapping, roleColumns } from './mapping.ts';
import { type Line, type Outcome, type RecordReader, rejectLine } from './outcome.ts';
import { missing, readRoles, type ValueIn } from './roles.ts';

type Fields = readonly string[];

export class CsvReader implements RecordReader {
  readonly #mapping: ColumnMapping;
  readonly #records = new CsvRecords();
  #table: Table | undefined;

  constructor(mapping: ColumnMapping) {
    this.#mapping = mapping;
  }

  /** @throws ConfigError when the first record does not name the columns of the mapping */
  push(lines: readonly Line[]): Outcome[] {
    return this.#outcomes(this.#records.push(lines));
  }

  end(): Outcome[] {
    return this.#outcomes(this.#records.end());
  }

  #outcomes(records: readonly CsvRecord[]): Outcome[] {
    const outcomes: Outcome[] = [];
    for (const record of records) {
      if (this.#table === undefined) {
        this.#table = readHeader(record, this.#mapping);
      } else if (record.kind === 'broken') {
        outcomes.push(rejectLine(record.line, record.problem));
      } else if (isHeader(record.fields, this.#table.names)) {
        this.#table = readHeader(record, this.#mapping);
        outcomes.push({ kind: 'left_out', line: record.line, why: 'header_repeated' });
      } else {
        outcomes.push(this.#table.toOutcome(record.line, record.fields));
      }
    }
    return outcomes;
  }
}

interface Table {
  readonly names: ReadonlySet<string>;
  toOutcome(line: number, fields: Fields): Outcome;
}

/** Whether the fields are the names of the columns, in any order. The first field decides it for almost all records. */
function isHeader(fields: Fields, names: ReadonlySet<string>): boolean {
  if (!names.has(fields[0] ?? '') || fields.length !== names.size) return false;
  return new Set(fields).size === names.size && fields.every((field) => names.has(field));
}

function readHeader(record: CsvRecord, mapping: ColumnMapping): Table {
  if (record.kind === 'broken') {
    throw new ConfigError('csv_header', `Expected the first line to name the columns. ${record.problem.message}`);
  }
  const names = record.fields;
  assertNames(names, mapping);
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const isRole = roleColumns(mapping);
  const attributes = names.flatMap((name, index) => (isRole.has(name) ? [] : [{ name, index }]));
  const valueIn: ValueIn<Fields> = (fields, column) => fields[indexOf.get(column) ?? -1] || undefined;

  const toOutcome: Table['toOutcome'] = (line, fields) => {
    if (fields.length !== names.length) {
      const message = `Expected ${names.length} columns as in the first line, got ${fields.length}.`;
      return rejectLine(line, { code: 'column_count', message });
    }
    const roles = readRoles(mapping, fields, valueIn);
    if ('code' in roles) return rejectLine(line, roles);
    const pairs: [string, string | number][] = [];
    for (const { name, index } of attributes) {
      const value = csvValue(fields[index] ?? '');
      if (value !== undefined) pairs.push([name, value]);
    }
    return { kind: 'event', event: { line, ...roles, attributes: Object.fromEntries(pairs) } };
  };
  return { names: new Set(names), toOutcome };
}

function assertNames(names: Fields, mapping: ColumnMapping): void {
  const listed =
    names.length === 1
      ? otherSeparator(names[0] ?? '')
      : `The columns are: ${names.map((name) => JSON.stringify(name)).join(', ')}.`;
  const unnamed = names.indexOf('');
  if (unnamed !== -1) {
    throw new ConfigError(
      'csv_header',
      `Expected the first line to name every column, but column ${unnamed + 1} has no name.`,
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ConfigError('csv_header', `Expected each column name once, got ${JSON.stringify(twice)} twice.`);
  }
  const absent = [...roleColumns(mapping)].filter((column) => !names.includes(column));
  if (absent.length > 0) throw new ConfigError('column_missing', missing(absent), { hint: listed });
}

/** A hint about a header without a comma. */
function otherSeparator(header: string): string {
  const found = [';', '\t', '|'].find((separator) => header.includes(separator));
  if (found === undefined) return `The only column is ${JSON.stringify(header)}.`;
  return `The columns seem to be separated by ${JSON.stringify(found)}. Write them with commas, for example with \`csvformat -d ${found === '\t' ? "$'\\t'" : `'${found}'`} FILE\` of csvkit.`;
}
