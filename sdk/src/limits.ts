/**
 * Limits of the SDK alone; the limits of the wire are in `@dataloaf/core/limits`. The end of a name is its unit. The
 * values are our choice unless a source is named.
 */

const KB = 1024;
const MB = 1024 * KB;

/** How long an item waits in memory for others before they are written together. A SIGKILL can lose this much. */
export const GROUP_MS_MAX = 5;
/** A group of this length is written without waiting longer. */
export const GROUP_BYTES_MAX = 256 * KB;
/** One segment file: small enough to be read at once, large enough that a new one is rare. */
export const SEGMENT_BYTES_MAX = 8 * MB;
/**
 * One block of memory for captured items: a few milliseconds of a busy server, and it fits into the cache of a core.
 */
export const BLOCK_BYTES = 256 * KB;
/** The first block of a client, or after a rest: most clients of a process with many of them capture little. */
export const FIRST_BLOCK_BYTES = 16 * KB;
/** A free buffer that nobody needs for one to two of these pauses is given back. */
export const POOL_TICK_MS = 500;
/** One read of a segment; the largest frame fits. */
export const READ_WINDOW_BYTES = 512 * KB;
/** Free windows kept for reuse: one for each of the four requests in flight by default, and one for the reader. */
export const FREE_WINDOWS_MAX = 5;
/** One read from a journal into the sender. */
export const READ_BYTES_MAX = 512 * KB;
/** What is read at once of a damaged segment. No segment of ours is longer; a longer file is moved to `quarantine/`. */
export const DAMAGED_BYTES_MAX = 4 * SEGMENT_BYTES_MAX;
/** Failed reads of one segment before it is moved to `quarantine/`. */
export const SEGMENT_READS_MAX = 5;
/** Pause after a failed read or a failed write, before the disk is tried again. */
export const DISK_RETRY_MS = 5_000;
/** How often the cursor is written. After a crash at most this much is sent twice, under the same ids. */
export const CURSOR_MS = 100;

/** How often an owner touches its locks. */
export const HEARTBEAT_MS = 15_000;
/**
 * After this silence an owner in an invisible process (another host or pid namespace) is dead: four missed heartbeats.
 */
export const SILENCE_MS_MAX = 60_000;
/** How often we look for dead owners. */
export const ADOPTION_MS = 30_000;
/** New folders in a row that other processes take, before the write counts as failed. */
export const CLAIMS_MAX = 3;

/**
 * One request, from connecting to the last byte of the answer. API Gateway ends a Lambda call after 30 s (AWS quota,
 * 2026-11).
 */
export const REQUEST_MS_MAX = 30_000;
/** Bodies of this length are compressed. For shorter ones gzip's header and the thread hop cost more than they save. */
export const GZIP_BYTES_MIN = KB;
/**
 * zlib level: 3 costs as much CPU as 1 and produces a tenth fewer bytes. Measured with 500 events in a body: 1.9 us and
 * 50 bytes an event, against 1.8 us and 55.
 */
export const GZIP_LEVEL = 3;
/** The longest answer that is read: 500 rejected items with their messages are about 150 KB. */
export const ANSWER_BYTES_MAX = MB;
/** The longest Retry-After that is obeyed, so that one wrong header cannot stop a process for a day. */
export const RETRY_AFTER_MS_MAX = 300_000;
/** Pause after the API has refused the key or the address: only a person can fix these. */
export const REFUSED_PAUSE_MS = 30_000;
/** The shortest pause after a refusal that is not from the API: a balancer may be wrong for a moment only. */
export const STRANGER_PAUSE_MS = 1_000;
/** From this error on, the clock of this machine is wrong. Time zones are off by half an hour or more. */
export const CLOCK_ERROR_MS_MIN = 1_800_000;
/** Failures in a row, over all requests, that open the breaker. */
export const BREAKER_FAILURES = 5;
/** After this many failures of one batch, while others succeed, it is split: one of its items may be the cause. */
export const BATCH_FAILURES_MAX = 5;

/** The dead-letter file of one client. Above it items are still reported but no longer kept. */
export const DEAD_LETTER_BYTES_MAX = 64 * MB;
/** Items in one call of `onDrop`, and drops that wait for the next call. */
export const DROPS_PER_CALL_MAX = 1_000;
/** Names of attributes that are reported as left out. Further ones are only counted: some callers make names up. */
export const NAMES_REPORTED_MAX = 1_000;
/** Pause between two log lines about the same kind of problem. */
export const LOG_MS_MIN = 60_000;
/** Open clients in a process that are reported as many. */
export const CLIENTS_REPORTED_MIN = 10;
/** How long `shutdown()` sends by default. */
export const SHUTDOWN_MS = 10_000;
/** How long a disk or a file that hangs can delay the end of a shutdown after its timeout. */
export const CLOSE_MS_MAX = 1_000;
/** Without a capture for this time, the journal of a client that has ended is released to the next one. */
export const LATE_IDLE_MS = 1_000;
