/** The port through which the server reads the last tick of the loader. */
import { StorageError } from '@dataloaf/core/errors';
import { type LastTick, parseLastTick } from '@dataloaf/core/last-tick';

/** Returns undefined when no tick has run yet. */
export type TickReader = () => Promise<LastTick | undefined>;

/** Undefined when no tick has run since the tables were created. @throws StorageError when it is unreadable */
export function lastTickOf(text: string): LastTick | undefined {
  const parsed = parseLastTick(text);
  switch (parsed.kind) {
    case 'tick':
      return parsed.tick;
    case 'none':
      return undefined;
    case 'unreadable':
      throw new StorageError('last_tick_unreadable', parsed.reason, {
        hint: 'The next load writes the object again. Check that loader and Insights have the same version.',
      });
  }
}
