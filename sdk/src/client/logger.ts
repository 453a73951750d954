/**
 * The logger of a client: the caller's, by shape, or lines on standard error. Ours never throws, whatever the caller's does.
 */
import process from 'node:process';
import { runtime } from '../runtime.ts';
import type { SdkLogger } from '../types.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];

/** Fields, then a message. */
export type Log = { readonly [Name in Level]: (fields: object, message: string) => void };

export function isLogger(value: unknown): value is SdkLogger {
  return isObjectLike(value) && LEVELS.every((level) => typeof Reflect.get(value, level) === 'function');
}

export function createLog(logger: SdkLogger | undefined): Log {
  if (logger === undefined) return createStderrLog((line) => process.stderr.write(line));
  const log = childOf(logger);
  const isMessageFirst = takesMessageFirst(log);
  const write =
    (level: Level) =>
    (fields: object, message: string): void => {
      try {
        if (isMessageFirst) Reflect.apply(log[level], log, [message, fields]);
        else log[level](fields, message);
      } catch {
        // There is no other place to report it.
      }
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** A child marks our lines in the caller's log. */
function childOf(logger: SdkLogger): SdkLogger {
  try {
    const child: unknown = logger.child?.({ component: 'dataloaf' });
    return isLogger(child) ? child : logger;
  } catch {
    // Then our lines are not marked.
    return logger;
  }
}

/** A logger of winston takes a message and then fields. It is known by its transports. */
function takesMessageFirst(logger: SdkLogger): boolean {
  return 'transports' in logger && 'log' in logger && typeof logger.log === 'function';
}

function isObjectLike(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/**
 * Warnings and errors as JSON lines, in pino's format. Not pino itself, which every host would load for lines that are rarely
 * written.
 */
function createStderrLog(write: (line: string) => void): Log {
  const line =
    (level: number) =>
    (fields: object, message: string): void =>
      write(`${JSON.stringify({ level, time: runtime.now(), name: 'dataloaf', ...fields, msg: message })}\n`);
  return { debug: () => undefined, info: () => undefined, warn: line(40), error: line(50) };
}
