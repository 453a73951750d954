/** The byte order mark that some programs write before the first line. Concatenated files have one before each of their parts. */

const BYTE_ORDER_MARK = '\ufeff';

/** `text` is the beginning of a record. */
export const withoutByteOrderMark = (text: string): string => (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
