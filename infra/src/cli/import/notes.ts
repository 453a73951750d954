/** The rules of `dataloaf import`, as its help prints them below the options. */
import { formatCount } from '../format.ts';
import { REMEMBERED_IDS_MAX } from './limits.ts';

export const IMPORT_NOTES = `COLUMNS

  Every column that no option names becomes an attribute.
  CSV: a plain decimal number becomes a number (12.00 is 12). Everything else stays a string: 00001, +1, 1e5, true, and an
  integer beyond 2^53. An empty field is left out. A header that comes again (concatenated files) is left out and counted.
  NDJSON: values stay as they are, null included. A number that JSON does not keep (an integer beyond 2^53) is left out and
  counted, and its event is kept. Of a key that comes twice in one object, the last value is kept, and that is counted.
  NDJSON, nested: each of --event-column, --user, --time and --id takes a dotted path, such as properties.distinct_id. A key
  that contains the dot itself wins. A line without the path is rejected.
  Both: lines may end with LF, CRLF or CR; a byte order mark is removed. Fractions are rounded to the nearest double.

TIMES

  2026-11-22                      also 2026/11/22, 2026.11.22 and 2026-1-2: the year comes first
  2026-11-22T06:16:03.123+01:00   also a blank for the T, a blank before the offset, +01, +0100, Z, UTC, GMT, UTC+01:00,
                                  no seconds, a comma before the fraction, am or pm, and [Europe/Berlin] after an offset
  20261122T061603Z                also 20261122061603
  22 Nov 2026 06:16:03 +0000      also Sun, 22 Nov 2026 ... GMT, 22/Nov/2026:06:16:03 +0000, 22-Nov-2026, 2026-Nov-22
  Nov 22, 2026, 6:16:03 AM        also Sun Nov 22 2026 06:16:03 GMT+0100, Sun Nov 22 06:16:03 UTC 2026
  1795328163                      seconds since 1970; 13, 16 or 19 digits: milliseconds, microseconds, nanoseconds
  Without an offset, a time is UTC. What is finer than a millisecond is cut off. Years: 1970 to 2200.
  Refused: 01/02/2010 (day or month first?), 01-02-10, 20261122, CST and other names of zones, and dates that do not exist.

EXPORTS OF OTHER PRODUCTS

  --from reads the NDJSON export of a vendor; the file may be gzip. infra/docs/import-from.md describes every field.
    mixpanel   raw event export      user: distinct_id, else $user_id, else $device_id   id: $insert_id
    amplitude  Export API, S3        user: user_id, else device_id, else amplitude_id    id: uuid, else $insert_id
    posthog    batch export          user: distinct_id, else person_id                   id: uuid
    segment    logs in S3            user: userId, else anonymousId                      id: messageId
    ga4        BigQuery as JSON      user: user_id, else user_pseudo_id                  id: none, made from content and line
  The event's properties become attributes, the other fields too. Segment's identify, group and alias calls are left out and
  counted. --event, --event-column, --user, --time and --id replace the vendor's field.

IMPORTING AGAIN

  Importing the same content again adds nothing, even under another file name, compressed in another way, or after a kill
  half way. An event's id is made from the file's content, the mapping and the line number. Two equal lines are two events.
  A FILE THAT HAS GROWN IS NEW CONTENT: all of its lines become new events. For such a file, pass --id with a column whose
  value is unique for each event; then only the new lines are added. DataLoaf uses these ids unchanged, so they must be
  unique among all events, not only in this file. A line whose id an earlier line has with other content is rejected. The
  last ${formatCount(REMEMBERED_IDS_MAX)} ids are compared.

MANY FILES

  One command imports one file. A loop keeps each file's own lines and ids:
    for file in export/*.gz; do dataloaf import "$file" --from mixpanel; [ $? -le 1 ] || break; done
  (It goes on after rejected lines.) Or as one stream: zcat -f export/*.gz | dataloaf import - --from mixpanel

REJECTED LINES

  A wrong line never stops the others. The first 20 are shown with their reasons. All of them are listed in
  import-rejected/, next to the journal (import-journal/). Both are in the folder of the local stack. With --endpoint, they
  are in $XDG_STATE_HOME/dataloaf (default: ~/.local/state/dataloaf, on macOS ~/Library/Application Support/dataloaf).
  What is left out or changed without a reject is counted in the summary, and in --json under notices.

EXIT CODES

  0    all lines were accepted
  1    some lines were rejected, or another failure occurred
  2    wrong usage, unreadable input, or the key was refused
  3    the API did not respond; captured events are in the journal, and the same command continues
  130  interrupted; the same command continues

EXAMPLES

  dataloaf import purchases.csv.gz --event purchase --user customer --time date
  dataloaf import log.ndjson.gz --event page_viewed --user visitor --time time --dry-run
  zcat old/*.gz | dataloaf import - --format ndjson --event-column type --user uid --time at --id uuid
  dataloaf import mixpanel.ndjson.gz --from mixpanel --dry-run`;
