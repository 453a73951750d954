/** The pino logger of every process. Lines are JSON: a fixed message in the past tense, data in fields, never a secret. */
import { pino } from 'pino';
import { choiceVariable } from './env.ts';

export type Log = pino.Logger;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The variable LOG_LEVEL, the same in every environment. */
export const logLevelVariable = (fallback: LogLevel) =>
  choiceVariable('lowest level of the lines to log', LOG_LEVELS, fallback);

export interface LogOptions {
  /** Name of the process: `ingest`, `loader`, `insights`... */
  readonly name: string;
  readonly level: LogLevel;
  /** File descriptor, 1 or 2. @default 1, from which Lambda collects log lines */
  readonly destination?: 1 | 2;
}

const SECRET_PATHS = [
  'key',
  'serverKey',
  'browserKey',
  'authorization',
  'headers.authorization',
  '*.key',
  '*.authorization',
];

export function createLog(options: LogOptions): Log {
  return pino(
    { name: options.name, level: options.level, redact: { paths: SECRET_PATHS, censor: '[secret]' } },
    pino.destination({ dest: options.destination ?? 1, sync: true }),
  );
}
