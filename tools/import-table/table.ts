/**
 * Who may import whom: the README's import table, and the rooms and the purity inside the folders, as data.
 * `find-violations.ts` holds the sources to it; a test holds the README to it.
 */

/**
 * What the sources of a folder may import of ours: a whole package (`core`), or one part of it (`core/api`, `core/values`
 * and all below it). Tests may import any folder but `promises`, and `promises`, which holds only tests, any folder.
 */
export const IMPORT_TABLE: Readonly<Record<string, readonly string[]>> = {
  core: [],
  sdk: ['core/api', 'core/errors', 'core/ids', 'core/limits', 'core/process-identity', 'core/values'],
  ingest: ['core'],
  merge: ['core'],
  loader: ['core'],
  insights: ['core'],
  infra: ['core', 'tools', 'sdk', 'loader', 'ingest/env', 'merge/env', 'insights/env', 'insights/build-web'],
  localstack: ['core', 'tools', 'sdk', 'infra'],
  tools: ['core'],
  promises: ['anything'],
};

/** Parts of one folder that are kept apart, each with the other parts that it may import. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'insights/src/query': [],
  'insights/src/server': ['insights/src/query'],
  'insights/src/web': ['insights/src/query'],
};

/**
 * Folders whose files decide and do not act. A single file becomes pure by the word "Pure" in its header. A pure file may
 * import only files that keep the same rules.
 */
export const PURE_FOLDERS = [
  'core/src/values',
  'core/src/warehouse/sql',
  'insights/src/query',
  'insights/src/web/words',
];

/** What pure files may import of Node and npm: hashes, bytes, strings, paths. Nothing that reaches a disk, a network or a clock. */
export const PURE_PACKAGES = ['node:buffer', 'node:crypto', 'node:path', 'node:util'];

/** What pure files may not use, each with what to do instead. */
export const IMPURE_USES: readonly { readonly use: RegExp; readonly instead: string }[] = [
  { use: /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.\w+|\bTemporal\.Now\b/, instead: 'pass the time in' },
  {
    use: /\bMath\.random\b|\bgetRandomValues\b|\brandom(?:UUID|Bytes|Int|Fill(?:Sync)?)\b/,
    instead: 'pass the value in',
  },
  { use: /\bprocess\.\w+/, instead: 'read the environment in env.ts and pass the value in' },
  { use: /\b(?:setTimeout|setInterval|setImmediate)\b/, instead: 'let the caller wait' },
  { use: /\bfetch\(|\bconsole\.\w+/, instead: 'return a value and let the caller act' },
];
