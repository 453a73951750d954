import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/client/logger.ts';
import type { SdkLogger } from '../../src/types.ts';

const FIELDS = { code: 'x1' };
const fail = (): never => {
  throw new Error('as the test wants');
};

/** A logger that notes what it is called with. */
function aLogger(more: object = {}) {
  const calls: unknown[][] = [];
  const note = (...args: unknown[]): void => void calls.push(args);
  const logger: SdkLogger = { debug: note, info: note, warn: note, error: note, ...more };
  return { calls, logger, note };
}

describe('the log of a client', () => {
  it('writes fields and message through a child of a pino logger', () => {
    const lines: string[] = [];

    createLog(pino({}, { write: (line: string) => void lines.push(line) })).warn(FIELDS, 'seen');

    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ component: 'dataloaf', code: 'x1', msg: 'seen' }]);
  });

  it('writes fields and message to a console', () => {
    let text = '';
    const stdout = new Writable({
      write: (chunk, _, done) => {
        text += String(chunk);
        done();
      },
    });

    createLog(new Console({ stdout, stderr: stdout })).error(FIELDS, 'seen');

    expect(text).toBe("{ code: 'x1' } seen\n");
  });

  it('gives a logger of winston the message first', () => {
    const child = aLogger({ transports: [], log: fail });
    const parent = aLogger({ transports: [], log: fail, child: () => child.logger });

    createLog(parent.logger).info(FIELDS, 'seen');

    expect([parent.calls, child.calls]).toEqual([[], [['seen', FIELDS]]]);
  });

  it('calls the methods of an instance on the instance', () => {
    class Logger {
      readonly #lines: string[] = [];
      debug = fail;
      info = fail;
      error = fail;
      warn(_: object, message?: string): void {
        this.#lines.push(message ?? '');
      }
      get lines(): readonly string[] {
        return this.#lines;
      }
    }
    const logger = new Logger();

    createLog(logger).warn(FIELDS, 'seen');

    expect(logger.lines).toEqual(['seen']);
  });

  it.each([
    ['throws', fail],
    ['returns nothing', () => undefined],
    ['returns no logger', () => ({ info: fail })],
  ])('does without a child that %s', (_, child) => {
    const { logger, calls } = aLogger({ child });

    createLog(logger).warn(FIELDS, 'seen');

    expect(calls).toEqual([[FIELDS, 'seen']]);
  });

  it('never throws, whatever the logger does', () => {
    const log = createLog({ debug: fail, info: fail, warn: fail, error: fail });

    expect(() => log.error(FIELDS, 'seen')).not.toThrow();
  });
});
