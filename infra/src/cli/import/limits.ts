/** Limits of an import. They keep its memory independent of the file's size. All of them are our own choice. */

/** One line, and one CSV record that spans lines. An event may have 256 KB; the fields that it leaves out need room, too. */
export const LINE_BYTES_MAX = 1024 * 1024;
/** One read from the file, and one chunk that gzip yields. */
export const CHUNK_BYTES = 256 * 1024;
/** Captured events without a response from the API. Keeps the journal far below the size at which it would drop events. */
export const PENDING_EVENTS_MAX = 20_000;
/** Events between two checks of the back-pressure. */
export const ROOM_EVERY_EVENTS = 256;
/**
 * How many of the file's own ids (`--id`) are remembered, the latest ones: to name the line of a late reject, and to find an id
 * that comes again with other content. About 40 MB (measured).
 */
export const REMEMBERED_IDS_MAX = 200_000;
/** Rejected lines remembered, so that a line that is refused twice (now, and from an older journal) counts once. */
export const REMEMBERED_REJECTS_MAX = 500_000;
export const SHOWN_REJECTS_MAX = 20;
/** Lines named for each kind of notice. */
export const NOTICE_LINES_MAX = 5;
export const DRY_RUN_EVENTS = 5;
/** How long an import continues while the API accepts nothing, in seconds. */
export const PATIENCE_S_DEFAULT = 30;
export const PATIENCE_S_MAX = 86_400;
