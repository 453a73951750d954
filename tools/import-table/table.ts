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
  localstack: [
    'core',
    'tools',
    'sdk',
    'infra',
    'loader/doctor',
    'merge/merge-statements',
    'insights/query',
    'insights/run-query',
  ],
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

/** What pure files may import of Node and npm: hashes, bytes, strings, paths, realms. Nothing that reaches a disk, a network or a clock. */
export const PURE_PACKAGES = ['node:buffer', 'node:crypto', 'node:path', 'node:util', 'node:vm'];

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

/**
 * What a host adds to JavaScript and a test environment may replace. A file that the published SDK loads imports it from
 * its module of Node, or does without. A test holds this list to the Node that runs it.
 */
export const HOST_GLOBALS = (
  'AbortController AbortSignal Blob BroadcastChannel Buffer ByteLengthQueuingStrategy CloseEvent CompressionStream ' +
  'CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream Event EventSource EventTarget File ' +
  'FormData Headers MessageChannel MessageEvent MessagePort Navigator Performance PerformanceEntry PerformanceMark ' +
  'PerformanceMeasure PerformanceObserver PerformanceObserverEntryList PerformanceResourceTiming ' +
  'ReadableByteStreamController ReadableStream ReadableStreamBYOBReader ReadableStreamBYOBRequest ' +
  'ReadableStreamDefaultController ReadableStreamDefaultReader Request Response Storage SubtleCrypto TextDecoder ' +
  'TextDecoderStream TextEncoder TextEncoderStream TransformStream TransformStreamDefaultController URL URLPattern ' +
  'URLSearchParams WebAssembly WebSocket WritableStream WritableStreamDefaultController WritableStreamDefaultWriter atob btoa ' +
  'clearImmediate clearInterval clearTimeout console crypto fetch global globalThis localStorage navigator performance ' +
  'process queueMicrotask sessionStorage setImmediate setInterval setTimeout structuredClone'
).split(' ');

/** Each realm has its own, so `instanceof` says nothing about a value of Node or of the caller. */
export const BUILT_IN_CLASSES = (
  'AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError ' +
  'Float16Array Float32Array Float64Array Function Int16Array Int32Array Int8Array Map Number Object Promise RangeError ' +
  'ReferenceError RegExp RealDate Set SharedArrayBuffer String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array ' +
  'Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet'
).split(' ');

/** What fake timers replace, wherever it is imported from. */
export const REPLACED: readonly { readonly use: RegExp; readonly instead: string }[] = [
  {
    use: /(?<![\w$.#])(?:setTimeout|clearTimeout|setInterval|clearInterval|setImmediate|clearImmediate)\b(?!\s*\??:)/,
    instead: 'Use the one of sdk/src/runtime.ts, captured when the SDK is loaded.',
  },
  { use: /\bperformance\.\w+/, instead: 'Use runtime.elapsed() of sdk/src/runtime.ts.' },
  { use: /\bnew Date\b|\bDate\.\w+/, instead: 'Use RealDate of core/values, or runtime.now() of sdk/src/runtime.ts.' },
];

/** Only one file imports them: it takes what they hold when the SDK is loaded. */
export const CLOCK_MODULES = ['node:timers', 'node:timers/promises', 'node:perf_hooks'];

/** Files that may use some of it, each with what. */
export const SURROUNDINGS_EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  'sdk/src/runtime.ts': [
    'node:timers',
    'node:perf_hooks',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
    'performance.now',
  ],
  // State that all copies of the package in a process share.
  'sdk/src/client/process-state.ts': ['globalThis'],
};
