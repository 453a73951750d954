import { type BaseLogger, type Bindings, type ChildLoggerOptions, pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { DataLoaf, type DataLoafOptions, type SdkLogger } from '../src/index.ts';

interface Events {
  readonly order_completed: { readonly total: number; readonly currency?: 'EUR' | 'USD' };
  readonly page_viewed: { readonly path?: string };
}
interface User {
  readonly plan?: 'free' | 'pro';
  readonly logins?: number;
}

/** As fastify 5 declares it (types/logger.d.ts). */
interface FastifyBaseLogger
  extends Pick<BaseLogger, 'level' | 'info' | 'error' | 'debug' | 'fatal' | 'warn' | 'trace' | 'silent'> {
  child(bindings: Bindings, options?: ChildLoggerOptions): FastifyBaseLogger;
}

/** As winston 3 declares it (index.d.ts). */
interface LeveledLogMethod {
  (message: string, callback: (error?: Error, level?: string) => void): WinstonLogger;
  (message: string, ...meta: unknown[]): WinstonLogger;
  (infoObject: object): WinstonLogger;
}
interface WinstonLogger {
  readonly transports: object[];
  readonly debug: LeveledLogMethod;
  readonly info: LeveledLogMethod;
  readonly warn: LeveledLogMethod;
  readonly error: LeveledLogMethod;
  child(options: object): this;
}

/** As bunyan declares it. */
declare class Bunyan {
  debug(): boolean;
  debug(error: Error, ...params: unknown[]): void;
  debug(obj: object, ...params: unknown[]): void;
  info(obj: object, ...params: unknown[]): void;
  warn(obj: object, ...params: unknown[]): void;
  error(obj: object, ...params: unknown[]): void;
  child(options: object, simple?: boolean): Bunyan;
}

describe('types', () => {
  it('take the loggers of pino, fastify, winston, bunyan and the console, and one of four functions', () => {
    const take = (logger: SdkLogger): DataLoafOptions => ({ disabled: true, logger });
    const write = (fields: object, message?: string): void => void [fields, message];
    const compiled = (fastify: FastifyBaseLogger, winston: WinstonLogger, bunyan: Bunyan): DataLoafOptions[] => [
      take(fastify),
      take(winston),
      take(bunyan),
    ];
    // @ts-expect-error the method `error` is missing
    const incomplete = (): DataLoafOptions => take({ debug: write, info: write, warn: write });

    const clients = [
      take(pino({ level: 'silent' })),
      take(console),
      take({ debug: write, info: write, warn: write, error: write }),
    ];

    expect(clients.map((options) => new DataLoaf(options).stats().mode)).toEqual(Array(3).fill('disabled'));
    expect([compiled, incomplete]).toHaveLength(2);
  });

  it('make a wrong name or attribute a compile error', async () => {
    const client = new DataLoaf<Events, User>({ disabled: true, sampling: { page_viewed: 0.5 } });

    client.createEvent({ name: 'order_completed', userId: 'u1', attributes: { total: 1, currency: 'EUR' } });
    client.createEvent({ name: 'page_viewed', userId: 'u1' });
    client.createUser('u1', { plan: 'free' });
    client.updateUser('u1', { plan: null }, { unset: ['plan'], increment: { logins: 1 } });
    // @ts-expect-error no such event
    client.createEvent({ name: 'order_complete', userId: 'u1' });
    // @ts-expect-error attributes are required
    client.createEvent({ name: 'order_completed', userId: 'u1' });
    // @ts-expect-error no such currency
    client.createEvent({ name: 'order_completed', userId: 'u1', attributes: { total: 1, currency: 'GBP' } });
    // @ts-expect-error no such attribute
    client.createEvent({ name: 'page_viewed', userId: 'u1', attributes: { title: 'x' } });
    // @ts-expect-error no such plan
    client.createUser('u1', { plan: 'gold' });
    // @ts-expect-error not a number
    client.updateUser('u1', {}, { increment: { plan: 1 } });
    // @ts-expect-error no such attribute
    client.updateUser('u1', {}, { unset: ['email'] });
    // @ts-expect-error no such event
    new DataLoaf<Events>({ disabled: true, sampling: { page_view: 0.5 } });

    expect(client.stats().captured).toBe(0);
  });

  it('take any name and JSON attributes without an event map', () => {
    const client = new DataLoaf({ disabled: true });

    client.createEvent({ name: 'anything', userId: 'u1', attributes: { deep: [{ a: 1 }] } });
    client.updateUser('u1', { plan: 'pro' }, { increment: { logins: 1 }, unset: ['trial'] });

    expect(client.stats().mode).toBe('disabled');
  });
});
