/** The format of a file that `--format` does not name: NDJSON or CSV. */
import { ConfigError } from '@dataloaf/core/errors';
import type { Format } from './mapping.ts';

const EXTENSIONS: Readonly<Record<string, Format>> = { csv: 'csv', ndjson: 'ndjson', jsonl: 'ndjson' };

/**
 * Decides by the extension, then by the content: NDJSON begins with a brace.
 * @throws ConfigError when the content is a JSON array.
 */
export function formatOf(name: string, head: string): Format {
  const extension = /\.([a-z]+)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const named = Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined;
  if (named !== undefined) return named;
  const first = /[^\s\ufeff]/.exec(head)?.[0];
  if (first === '[') {
    throw new ConfigError('format_unknown', 'Expected NDJSON (one object a line) or CSV, got a JSON array.', {
      hint: "Turn it into lines, for example with `jq -c '.[]'`, or pass --format csv.",
    });
  }
  return first === '{' ? 'ndjson' : 'csv';
}
