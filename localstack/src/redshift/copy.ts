/**
 * COPY from S3: reads objects one after the other, decompresses them, splits them into JSON objects, checks these and streams
 * them into Postgres' COPY on the connection of the transaction. It buffers a few chunks, whatever the size of the input. Any
 * error ends the load; its position is written to `sys_load_error_detail` on a separate connection.
 */
import { addAbortSignal, type Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createGunzip } from 'node:zlib';
import { DataLoafError } from '@dataloaf/core/errors';
import pg from 'pg';
import { quote, readColumns } from './copy-columns.ts';
import { CopySink } from './copy-sink.ts';
import type { CopyStatement } from './copy-statement.ts';
import { type CopyColumn, toField } from './copy-values.ts';
import { type JsonObject, JsonObjectScanner, parseJson } from './json-objects.ts';
import { LOAD_ERRORS, LoadError, type LoadErrorDetail, type LoadErrorKind, RowError } from './load-error.ts';
import { type CopyObject, listObjects } from './manifest.ts';
import type { ObjectReader } from './object-reader.ts';

export interface CopyPorts {
  /** Connection of the transaction. */
  readonly client: pg.ClientBase;
  readonly reader: ObjectReader;
  /** Ends the load early. */
  readonly signal: AbortSignal;
}

/** Text that is sent to Postgres in one write. */
const CHUNK_CHARS = 64 * 1024;

/** Returns the number of rows. @throws LoadError for bad data, RedshiftSqlError for an invalid statement */
export async function runCopy(copy: CopyStatement, ports: CopyPorts): Promise<number> {
  const columns = await readColumns(ports.client, copy);
  const objects = await listObjects(copy, ports.reader);
  const table = [...(copy.schema === undefined ? [] : [copy.schema]), copy.table].map(quote).join('.');
  const names = columns.map((column) => quote(column.name)).join(', ');
  const sink = new CopySink(ports.client, `COPY ${table} (${names}) FROM STDIN`);
  const load = new Load({ copy, columns, sink, reader: ports.reader, signal: ports.signal });
  const abort = (): void => void sink.abort(new CopyAborted('copy_aborted', 'COPY was cancelled.'));
  ports.signal.addEventListener('abort', abort, { once: true });
  // The abort may have arrived while the manifest was read.
  if (ports.signal.aborted) abort();
  try {
    for (const object of objects) await load.readObject(object);
    return await sink.end(load.takeBuffer());
  } catch (error) {
    await sink.abort(error instanceof Error ? error : new CopyAborted('copy_aborted', String(error)));
    throw load.explain(error);
  } finally {
    ports.signal.removeEventListener('abort', abort);
  }
}

/** The load ended because the statement was cancelled. */
class CopyAborted extends DataLoafError {
  override readonly name = 'CopyAborted';
}

type Refused = Pick<LoadErrorDetail, 'file' | 'line' | 'column'> & { readonly kind: LoadErrorKind };

interface LoadPorts {
  readonly copy: CopyStatement;
  readonly columns: readonly CopyColumn[];
  readonly sink: CopySink;
  readonly reader: ObjectReader;
  readonly signal: AbortSignal;
}

/** The state of a load: the object and line that are being read, and the rows before each object. */
class Load {
  readonly #ports: LoadPorts;
  readonly #starts: { readonly url: string; readonly firstRow: number }[] = [];
  #rows = 0;
  #line = 0;
  #buffer = '';

  constructor(ports: LoadPorts) {
    this.#ports = ports;
  }

  async readObject(object: CopyObject): Promise<void> {
    this.#starts.push({ url: object.url, firstRow: this.#rows });
    this.#line = 0;
    const stored = await this.#ports.reader.open(object);
    if (stored === undefined) {
      if (object.isMandatory) throw new RowError('missing_object');
      return;
    }
    addAbortSignal(this.#ports.signal, stored);
    const bytes = this.#ports.copy.isGzip ? gunzip(stored) : stored;
    try {
      await this.#readText(bytes);
    } finally {
      stored.destroy();
    }
  }

  /** The text that has not been sent yet. */
  takeBuffer(): string {
    const buffer = this.#buffer;
    this.#buffer = '';
    return buffer;
  }

  /** The error as Redshift reports it. */
  explain(error: unknown): unknown {
    const known = error instanceof RowError ? this.#fromRow(error) : this.#fromPostgres(error);
    if (known === undefined) return error;
    const { table } = this.#ports.copy;
    const [code, message] = LOAD_ERRORS[known.kind];
    return new LoadError(table, { table, ...known, code, message }, error);
  }

  #fromRow(error: RowError): Refused {
    return { kind: error.kind, column: error.column, file: this.#starts.at(-1)?.url ?? '', line: this.#line };
  }

  async #readText(bytes: Readable): Promise<void> {
    const scanner = new JsonObjectScanner();
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const take = async (chunk: string): Promise<void> => {
      for (const object of scanner.push(chunk)) await this.#addRow(object);
    };
    try {
      for await (const chunk of bytes) await take(decode(decoder, chunk));
      await take(decode(decoder, undefined));
      scanner.end();
    } catch (error) {
      this.#line = error instanceof RowError && error.column !== undefined ? this.#line : scanner.line;
      throw asRowError(error);
    }
  }

  async #addRow(object: JsonObject): Promise<void> {
    this.#line = object.line;
    // Parsed only to check that it is JSON; values are taken from their slices.
    parseJson(object.text);
    const { columns, copy } = this.#ports;
    let row = '';
    for (const column of columns) {
      row += `${row === '' ? '' : '\t'}${toField(object.members.get(column.name), column, copy)}`;
    }
    this.#buffer += `${row}\n`;
    this.#rows += 1;
    if (this.#buffer.length >= CHUNK_CHARS) await this.#ports.sink.write(this.takeBuffer());
  }

  /**
   * Postgres refuses some values that pass the checks (a lone surrogate, a DECIMAL that overflows). It also names the line
   * when it fails for a reason of its own: a session that was ended, a full disk, a conflict. No line is at fault then.
   */
  #fromPostgres(error: unknown): Refused | undefined {
    if (!(error instanceof pg.DatabaseError) || !isDataError(error.code)) return undefined;
    const match = /COPY [^,]+, line (\d+)(?:, column ([^:]+))?/.exec(error.where ?? '');
    if (match === null) return undefined;
    const column = this.#ports.columns.find((one) => one.name === match[2]);
    const kind = column?.type.kind === 'super' ? 'bad_super' : 'bad_number';
    const about = column === undefined ? undefined : { name: column.name, type: column.type.kind };
    return { kind, column: about, ...this.#whereIs(Number(match[1]) - 1) };
  }

  /** Object and ordinal of a row; equals the line when each line contains one JSON object. */
  #whereIs(row: number): Pick<LoadErrorDetail, 'file' | 'line'> {
    const start = this.#starts.findLast((one) => one.firstRow <= row);
    return { file: start?.url ?? '', line: row - (start?.firstRow ?? 0) + 1 };
  }
}

/** SQLSTATE class 22 is a data exception, class 23 a constraint violation; no other class is about a value. */
const isDataError = (code = ''): boolean => code.startsWith('22') || code.startsWith('23');

function gunzip(stored: Readable): Readable {
  const unzip = createGunzip();
  stored.once('error', (error) => unzip.destroy(error));
  return stored.pipe(unzip);
}

function decode(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array | undefined): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (error) {
    throw new RowError('bad_utf8', { cause: error });
  }
}

/** Those that a damaged input causes. Z_MEM_ERROR, for example, is the fault of this machine. */
const ZLIB_DATA_ERRORS = new Set(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'Z_NEED_DICT', 'ERR_BUFFER_OUT_OF_BOUNDS']);

function asRowError(error: unknown): unknown {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && ZLIB_DATA_ERRORS.has(code) ? new RowError('not_gzip', { cause: error }) : error;
}
