/** The only reader of the environment in the command line. An empty variable counts as unset. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface CliEnv {
  /** Address of the API: DATALOAF_ENDPOINT. */
  readonly endpoint: string | undefined;
  /** A server key: DATALOAF_SERVER_KEY. */
  readonly serverKey: string | undefined;
  /** Whether NO_COLOR (https://no-color.org) or a dumb terminal rules colours out. */
  readonly isColorOff: boolean;
  /** Where programs keep this user's state: XDG_STATE_HOME, or the default folder of the system. */
  readonly stateDir: string;
}

export function readCliEnv(env: Readonly<Record<string, string | undefined>> = process.env): CliEnv {
  return {
    endpoint: env['DATALOAF_ENDPOINT'] || undefined,
    serverKey: env['DATALOAF_SERVER_KEY'] || undefined,
    isColorOff: Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb',
    stateDir: join(env['XDG_STATE_HOME'] || systemStateDir(env), 'dataloaf'),
  };
}

function systemStateDir(env: Readonly<Record<string, string | undefined>>): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  if (process.platform === 'win32') return env['LOCALAPPDATA'] || join(homedir(), 'AppData', 'Local');
  return join(homedir(), '.local', 'state');
}
