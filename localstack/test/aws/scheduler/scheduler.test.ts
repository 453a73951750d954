import type { ScheduleSpec } from '@dataloaf/infra/deployment';
import { describe, expect, it } from 'vitest';
import type { InvokeResult } from '../../../src/aws/lambda/runner.ts';
import { Scheduler } from '../../../src/aws/scheduler/scheduler.ts';
import { Clock } from '../../../src/clock.ts';
import { silentLog } from '../../tools/aws-fixture.ts';

const SCHEDULE: ScheduleSpec = { name: 'acme-load', function: 'loader', rateSeconds: 180 };
const START = Date.parse('2026-11-22T10:00:00.000Z');
const OK: InvokeResult = { kind: 'ok', payload: 'done' };

function aScheduler(invoke: (name: string, event: unknown) => Promise<InvokeResult>) {
  const clock = new Clock({ wall: () => START });
  return { clock, scheduler: new Scheduler({ schedules: [SCHEDULE], invoke, clock, log: silentLog() }) };
}

const timeOf = (event: unknown): unknown => Object(event)['time'];

describe('a schedule', () => {
  it('fires at its rate with the event of EventBridge, which names the instant', async () => {
    const events: unknown[] = [];
    const { clock, scheduler } = aScheduler(async (name, event) => {
      events.push([name, event]);
      return OK;
    });
    scheduler.start();

    await clock.advance(400_000);

    expect(events).toEqual(
      ['2026-11-22T10:03:00Z', '2026-11-22T10:06:00Z'].map((time) => [
        'loader',
        { version: '0', source: 'aws.scheduler', time, 'detail-type': 'Scheduled Event', detail: {} },
      ]),
    );
    expect(scheduler.status()).toMatchObject([{ next: '2026-11-22T10:09:00.000Z', ticks: 2, lastResult: 'ok' }]);
    await scheduler.stop();
  });

  it('never has two ticks at once, a tick by hand included', async () => {
    let inFlight = 0;
    const most: number[] = [];
    const { clock, scheduler } = aScheduler(async () => {
      inFlight += 1;
      most.push(inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
      return OK;
    });
    scheduler.start();

    await Promise.all([scheduler.invokeNow('loader'), clock.advance(180_000), scheduler.invokeNow('loader')]);

    expect(most).toEqual([1, 1, 1]);
    await scheduler.stop();
  });

  it('leaves out what became due while a tick ran', async () => {
    const times: unknown[] = [];
    let wall = START;
    const clock = new Clock({ wall: () => wall });
    const invoke = async (_: string, event: unknown): Promise<InvokeResult> => {
      times.push(timeOf(event));
      if (times.length === 1) wall += 400_000;
      return OK;
    };
    const scheduler = new Scheduler({ schedules: [SCHEDULE], invoke, clock, log: silentLog() });
    scheduler.start();

    await clock.advance(180_000);
    const [status] = scheduler.status();

    expect(times).toEqual(['2026-11-22T10:03:00Z']);
    expect(status?.next).toBe('2026-11-22T10:12:00.000Z');
    await scheduler.stop();
  });

  it('goes on after a tick that failed', async () => {
    let ticks = 0;
    const { clock, scheduler } = aScheduler(async () => {
      ticks += 1;
      if (ticks === 1) throw new TypeError('broken');
      return { kind: 'error', errorType: 'E', message: 'm' };
    });
    scheduler.start();

    await clock.advance(540_000);

    expect(ticks).toBe(3);
    await scheduler.stop();
  });

  it('gives the answer of a tick by hand', async () => {
    const { scheduler } = aScheduler(async () => OK);

    expect(await scheduler.invokeNow('loader')).toEqual(OK);
  });
});
