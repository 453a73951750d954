/** Options that several commands have in common: one name and one description each. */
import { STACK_DIR_DEFAULT } from '@dataloaf/core/stack-file';
import type { ArgsDef } from 'citty';

export const DIR_FLAG = {
  type: 'string',
  valueHint: 'folder',
  description: `Folder of the local stack (default: ${STACK_DIR_DEFAULT})`,
} as const satisfies ArgsDef[string];

/** Which API a command talks to. `target.ts` decides which of them wins. */
export const TARGET_FLAGS = {
  dir: DIR_FLAG,
  endpoint: { type: 'string', valueHint: 'url', description: 'Address of the API; or set DATALOAF_ENDPOINT' },
  key: {
    type: 'string',
    valueHint: 'key',
    description: 'Server key; or set DATALOAF_SERVER_KEY (safer: process listings show arguments)',
  },
} as const satisfies ArgsDef;

export const JSON_FLAG = {
  type: 'boolean',
  description: 'Print the result as one line of JSON',
} as const satisfies ArgsDef[string];

export type OutputFormat = 'text' | 'json';

export const outputFormatOf = (args: { readonly json?: boolean | undefined }): OutputFormat =>
  args.json === true ? 'json' : 'text';
