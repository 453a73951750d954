/**
 * Bounds that only the SDK has; what the wire forbids is in `@dataloaf/core/limits`. Units stand at the end of the name;
 * all are our choice unless a source is named.
 */

const KB = 1024;
const MB = 1024 * KB;

/** How long an item may wait in memory for others before they are written together: what a SIGKILL can cost. */
export const GROUP_MS_MAX = 5;
/** Bytes at which a group is written without waiting further. */
export const GROUP_BYTES_MAX = 256 * KB;
/** One segment file: small enough to read at once, large enough that creating one is rare. */
export const SEGMENT_BYTES_MAX = 8 * MB;
/** Unit in which memory is taken for captured items: a few milliseconds of a busy server, and it fits a core's cache. */
export const BLOCK_BYTES = 256 * KB;
/** What is read of a segment at once; the largest frame fits several times. */
export const READ_WINDOW_BYTES = MB;
/** Windows kept for later: one for each request that the default has in flight, and the one that is read. */
export const FREE_WINDOWS_MAX = 5;
/** One read from a journal into the sender. */
export const READ_BYTES_MAX = 512 * KB;
/** Failed reads of one segment before it is moved to `quarantine/`. */
export const SEGMENT_READS_MAX = 5;
/** Pause after a failed read or a failed write, before the disk is tried again. */
export const DISK_RETRY_MS = 5_000;
/** How often the cursor is written; after a crash at most this much is sent twice, under the same ids. */
export const CURSOR_MS = 100;

/** How often an owner shows that it lives. */
export const HEARTBEAT_MS = 15_000;
/** Silence after which an owner whose process cannot be seen from here counts as dead: four missed heartbeats. */
export const SILENCE_MS_MAX = 60_000;
/** How often dead owners are looked for. */
export const ADOPTION_MS = 30_000;
/** Folders opened one after the other because the former was taken away, before the disk counts as failed. */
export const CLAIMS_MAX = 3;

/** One request, from connecting to the last byte of the answer. A Lambda behind API Gateway answers within 30 s (AWS quota, 2026-11). */
export const REQUEST_MS_MAX = 30_000;
/** Bodies from here on are compressed; below, gzip's header and the thread hop cost more than they save. */
export const GZIP_BYTES_MIN = KB;
/** zlib level: 3 costs as much CPU as 1 and a tenth fewer bytes (../research/sdk.md section 2). */
export const GZIP_LEVEL = 3;
/** Longest answer that is read: 500 rejected items with their messages are about 150 KB. */
export const ANSWER_BYTES_MAX = MB;
/** Longest Retry-After that is believed, so that one wrong header cannot stop a process for a day. */
export const RETRY_AFTER_MS_MAX = 300_000;
/** Pause after 401, 403 or a wrong address: nothing but a person mends these. */
export const REFUSED_PAUSE_MS = 30_000;
/** Failures in a row, over all requests, that open the breaker. */
export const BREAKER_FAILURES = 5;
/** Failures of one batch, while others succeed, after which it is split: one item in it may be what the API chokes on. */
export const BATCH_FAILURES_MAX = 5;

/** Dead-letter file of one client; beyond it items are still reported, no longer kept. */
export const DEAD_LETTER_BYTES_MAX = 64 * MB;
/** Items of one call of `onDrop`, and drops remembered between two calls. */
export const DROPS_PER_CALL_MAX = 1_000;
/** Pause between two log lines about the same kind of trouble. */
export const LOG_MS_MIN = 60_000;
/** How long `shutdown()` goes on sending when it is not told. */
export const SHUTDOWN_MS = 10_000;
