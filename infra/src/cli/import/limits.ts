/** Bounds of an import: they keep its memory independent of the file's size. All are our choice. */

/** One line, and one CSV record that spans lines. An event may have 256 KB; what is left out of it needs room, too. */
export const LINE_BYTES_MAX = 1024 * 1024;
/** One read from the file, and one piece that gzip yields. */
export const CHUNK_BYTES = 256 * 1024;
/** Captured events that the API has not answered for. Keeps the journal far below its limit, where it would drop. */
export const PENDING_EVENTS_MAX = 20_000;
/** Events between two looks at the back-pressure. */
export const ROOM_EVERY_EVENTS = 256;
/** Lines remembered by the file's own ids (`--id`), to name the line of a late reject. */
export const REMEMBERED_IDS_MAX = 200_000;
/** Rejected lines remembered, so that one that is refused twice (now, and from an older journal) counts once. */
export const REMEMBERED_REJECTS_MAX = 500_000;
export const SHOWN_REJECTS_MAX = 20;
export const DRY_RUN_EVENTS = 5;
/** How long an import goes on without any answer of the API, in seconds. */
export const PATIENCE_S_DEFAULT = 30;
export const PATIENCE_S_MAX = 86_400;
