/**
 * Recognises files that an import does not read, by their first bytes, and names the command that makes NDJSON or CSV of them. Also
 * used for what a gzip file contains. Pure.
 */
import { ConfigError } from '@dataloaf/core/errors';

/** Bytes of the head that the checks need: the name of a worksheet comes late in a workbook. */
export const HEAD_BYTES = 64 * 1024;

interface Kind {
  readonly what: string;
  /** A shell command that writes plain text to standard output. FILE is the file's name. Absent: `advice` says what to do. */
  readonly command?: string;
  readonly advice?: string;
}

/** Tried on the first bytes in hex: two digits are one byte. */
type Signature = readonly [RegExp, Kind];

const SPREADSHEET =
  'In the spreadsheet program, save it as "CSV UTF-8"; or run: libreoffice --headless --convert-to csv FILE';
const SQLITE = 'sqlite3 -json FILE "SELECT * FROM a_table" | jq -c ".[]"';
const FEATHER = `python3 -c "import pandas, sys; pandas.read_feather('FILE').to_json(sys.stdout, orient='records', lines=True)"`;

/** The first that fits wins. No text begins with one of them. */
const SIGNATURES: readonly Signature[] = [
  [/^425a683[1-9](?:314159265359|177245385090)/, { what: 'compressed with bzip2', command: 'bzip2 -dc FILE' }],
  [/^(?:28b52ffd|5[0-9a-f]2a4d18)/, { what: 'compressed with zstd', command: 'zstd -dc FILE' }],
  [/^fd377a585a/, { what: 'compressed with xz', command: 'xz -dc FILE' }],
  [/^(?:04224d18|02214c18)/, { what: 'compressed with lz4', command: 'lz4 -dc FILE' }],
  [/^4c5a49500[01]/, { what: 'compressed with lzip', command: 'lzip -dc FILE' }],
  [/^894c5a4f00/, { what: 'compressed with lzop', command: 'lzop -dc FILE' }],
  [/^5d0000/, { what: 'compressed with lzma', command: 'xz --format=lzma -dc FILE' }],
  [/^1f(?:9d|a0)/, { what: 'compressed with compress (.Z)', command: 'gzip -dc FILE' }],
  [/^ff060000734e61507059/, { what: 'compressed with snappy', command: 'python3 -m snappy -d FILE /dev/stdout' }],
  [/^.{514}7573746172(?:00|20)/, { what: 'a tar archive', command: 'tar -xOf FILE' }],
  [/^504b(?:0304|0506|0708)/, { what: 'a zip archive', command: 'unzip -p FILE' }],
  [/^d0cf11e0a1b11ae1/, { what: 'an old Excel or Office document (xls)', advice: SPREADSHEET }],
  [/^377abcaf271c/, { what: 'a 7z archive', command: '7z x -so FILE' }],
  [/^526172211a07/, { what: 'a rar archive', command: 'unrar p -inul FILE' }],
  [/^4f626a01/, { what: 'an Avro file', command: 'avro-tools tojson FILE' }],
  [/^53514c69746520666f726d6174203300/, { what: 'an SQLite database', command: SQLITE }],
  [/^(?:4152524f57310000|46454131)/, { what: 'an Arrow or Feather file', command: FEATHER }],
];

/** `BZh`, `PAR1`, `PARE`, `ORC`, `PGDMP`: a header of CSV may begin with such letters, so a byte that no text has must follow. */
const LETTER_SIGNATURES: readonly Signature[] = [
  [
    /^504152(?:31|45)/,
    { what: 'a Parquet file', command: `duckdb -c "COPY (FROM 'FILE') TO '/dev/stdout' (FORMAT json)"` },
  ],
  [/^4f5243/, { what: 'an ORC file', command: 'orc-contents FILE' }],
  [/^425a683[1-9]/, { what: 'compressed with bzip2', command: 'bzip2 -dc FILE' }],
  [/^5047444d50/, { what: 'a dump of Postgres', command: 'pg_restore -f - FILE' }],
];

const EXCEL: Kind = { what: 'an Excel workbook (xlsx)', advice: SPREADSHEET };
const OPEN_DOCUMENT: Kind = { what: 'an OpenDocument spreadsheet (ods)', advice: SPREADSHEET };
const UTF16: Kind = { what: 'UTF-16 text', command: 'iconv -f UTF-16 -t UTF-8 FILE' };
const UTF16_LE: Kind = { what: 'UTF-16 text (little-endian)', command: 'iconv -f UTF-16LE -t UTF-8 FILE' };
const UTF16_BE: Kind = { what: 'UTF-16 text (big-endian)', command: 'iconv -f UTF-16BE -t UTF-8 FILE' };
const UTF32: Kind = { what: 'UTF-32 text', command: 'iconv -f UTF-32 -t UTF-8 FILE' };
const GZIP: Kind = { what: 'compressed with gzip', command: 'gzip -dc FILE' };
/** Without a byte order mark, that share of the characters has a zero byte in UTF-16. Latin letters, digits and commas have one. */
const ZERO_SHARE = 0.4;
const SAMPLE_BYTES = 1_024;

/** `head` holds the first bytes. @throws ConfigError for a file that is not text; gzip is for the caller to unpack */
export function assertPlain(head: Buffer, name: string): void {
  const kind = kindOf(head, name);
  if (kind !== undefined) throw packed(name, { what: kind.what, hint: adviceFor(kind, nameInShell(name)) });
}

/** The same for the content of a gzip file. @throws ConfigError */
export function assertPlainInGzip(head: Buffer, name: string): void {
  const kind = head[0] === 0x1f && head[1] === 0x8b ? GZIP : kindOf(head, '');
  if (kind === undefined) return;
  const first = `Unpack it first: gzip -dc ${nameInShell(name)} > unpacked.`;
  throw packed(name, { what: `${kind.what}, inside gzip`, hint: `${first} ${adviceFor(kind, 'unpacked')}` });
}

const packed = (name: string, { what, hint }: { readonly what: string; readonly hint: string }): ConfigError =>
  new ConfigError('file_packed', `Expected plain text or gzip, but ${name} is ${what}.`, { hint });

function adviceFor({ command, advice = '' }: Kind, file: string): string {
  const text = command === undefined ? advice : `Run: ${command} | dataloaf import - (with your options)`;
  return text.replaceAll('FILE', file);
}

/** A name that the shell would split or expand is left to the person. */
const nameInShell = (name: string): string => (/^[\w.][\w.+-]*\.[\w.+-]+$/.test(name) ? name : 'FILE');

function kindOf(head: Buffer, name: string): Kind | undefined {
  const hex = head.toString('hex', 0, SAMPLE_BYTES);
  const isLettersOnly = !head.subarray(0, SAMPLE_BYTES).some(isControl) && !/\.(?:bz2|parquet|orc|dump)$/i.test(name);
  const signatures = isLettersOnly ? SIGNATURES : [...SIGNATURES, ...LETTER_SIGNATURES];
  const kind = signatures.find(([signature]) => signature.test(hex))?.[1];
  return kind === undefined ? wideText(head) : (documentIn(head) ?? kind);
}

/** A control character besides line ends, tabs and the like. */
const isControl = (byte: number): boolean => byte < 0x09 || (byte > 0x0d && byte < 0x20);

/** Workbooks are zip archives. The name of the first file in the archive begins at byte 30. */
function documentIn(head: Buffer): Kind | undefined {
  const text = head.toString('latin1');
  if (!text.startsWith('PK\u0003\u0004')) return undefined;
  if (text.startsWith('mimetypeapplication/vnd.oasis', 30)) return OPEN_DOCUMENT;
  const isOffice = /^(?:xl\/|_rels\/|docProps\/|\[Content_Types\]\.xml)/.test(text.slice(30, 60));
  return isOffice && !/(?:word|ppt)\//.test(text) ? EXCEL : undefined;
}

function wideText(head: Buffer): Kind | undefined {
  const mark = head.toString('hex', 0, 4);
  if (mark === 'fffe0000' || mark === '0000feff') return UTF32;
  if (mark.startsWith('fffe') || mark.startsWith('feff')) return UTF16;
  return wideByZeros(head.subarray(0, SAMPLE_BYTES));
}

/** UTF-16 without a byte order mark: one byte of most characters is zero, always the same one. */
function wideByZeros(sample: Buffer): Kind | undefined {
  const [even, odd] = [0, 1].map((side) => sample.filter((byte, at) => byte === 0 && at % 2 === side).length);
  const zerosMin = (ZERO_SHARE * sample.length) / 2;
  if (sample.length < 4 || even === undefined || odd === undefined) return undefined;
  if (even === 0 && odd > zerosMin) return UTF16_LE;
  return odd === 0 && even > zerosMin ? UTF16_BE : undefined;
}
