/** The contract of EventBridge Scheduler, for rate-based schedules. */
import { randomUUID } from 'node:crypto';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { accepted, type Case, type Json, type Opening, observeError, statusOf, suite } from '../case.ts';
import { lambdaClient, schedulerClient } from '../clients.ts';
import type { ScheduleResources, Target } from '../target.ts';

const API = 'Amazon EventBridge Scheduler API Reference';
const GUIDE = 'Amazon EventBridge Scheduler User Guide';

/** The observation where three minutes cannot be skipped. */
const UNSEEN = 'cannot be observed: time cannot be advanced here';

interface SchedulerPorts {
  readonly scheduler: SchedulerClient;
  readonly lambda: LambdaClient;
  readonly schedule: ScheduleResources;
  /** Name of the function that the schedule invokes. */
  readonly scheduled: string | undefined;
}

async function open(target: Target): Promise<Opening<SchedulerPorts>> {
  const scheduler = schedulerClient(target);
  const lambda = lambdaClient(target);
  const isOwn = target.schedule === undefined;
  if (isOwn && target.endpoint === undefined) return { kind: 'absent', evidence: 'no --schedule was given' };
  const schedule = target.schedule ?? { name: `dataloaf-contract-${randomUUID().slice(0, 8)}` };
  if (isOwn) {
    const failure = await create(scheduler, schedule.name).catch(observeError);
    if (failure !== undefined) return { kind: 'absent', evidence: JSON.stringify(failure) };
  }
  const close = async (): Promise<void> => {
    if (isOwn) await scheduler.send(new DeleteScheduleCommand({ Name: schedule.name }));
    scheduler.destroy();
    lambda.destroy();
  };
  const ports = { scheduler, lambda, schedule, scheduled: target.functions?.scheduled };
  return { kind: 'opened', opened: { ports, close } };
}

async function create(scheduler: SchedulerClient, name: string): Promise<undefined> {
  await scheduler.send(
    new CreateScheduleCommand({
      Name: name,
      ScheduleExpression: 'rate(3 minutes)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:lambda:us-east-1:000000000000:function:contract',
        RoleArn: 'arn:aws:iam::000000000000:role/contract',
      },
    }),
  );
}

/** The events that the schedule has sent since the last check. */
async function firedSince({ lambda, scheduled }: SchedulerPorts): Promise<readonly Record<string, unknown>[]> {
  const Payload = Buffer.from('{"probe":"scheduled"}');
  const answer = await lambda.send(new InvokeCommand({ FunctionName: scheduled, Payload }));
  return JSON.parse(answer.Payload?.transformToString() ?? '[]');
}

const CASES: readonly Case<SchedulerPorts>[] = [
  {
    id: 'scheduler.get',
    rule: 'GetSchedule returns the schedule as it was created, with defaults for omitted members',
    source: `${API}, GetSchedule; CreateSchedule, State and ScheduleExpressionTimezone`,
    expected: {
      expression: 'rate(3 minutes)',
      state: 'ENABLED',
      group: 'default',
      window: 'OFF',
      zone: 'UTC',
      lambda: true,
    },
    observe: async ({ scheduler, schedule }) => {
      const found = await scheduler.send(new GetScheduleCommand({ Name: schedule.name }));
      return {
        expression: found.ScheduleExpression ?? null,
        state: found.State ?? null,
        group: found.GroupName ?? null,
        window: found.FlexibleTimeWindow?.Mode ?? null,
        zone: found.ScheduleExpressionTimezone ?? null,
        lambda: found.Target?.Arn?.startsWith('arn:aws:lambda:') ?? false,
      };
    },
  },
  {
    id: 'scheduler.get-absent',
    rule: 'GetSchedule of a schedule that does not exist fails with ResourceNotFoundException',
    source: `${API}, GetSchedule, Errors`,
    expected: { status: 404, code: 'ResourceNotFoundException' },
    observe: ({ scheduler }) => accepted(scheduler.send(new GetScheduleCommand({ Name: `absent-${randomUUID()}` }))),
  },
  {
    id: 'scheduler.get-other-group',
    rule: 'a name is looked up only in its group',
    source: `${API}, GetSchedule, GroupName`,
    expected: { status: 404, code: 'ResourceNotFoundException' },
    observe: ({ scheduler, schedule }) =>
      accepted(scheduler.send(new GetScheduleCommand({ Name: schedule.name, GroupName: 'absent-group' }))),
  },
  {
    id: 'scheduler.name',
    rule: 'a name has at most 64 letters, digits, hyphens, dots and underscores',
    source: `${API}, GetSchedule, Name`,
    expected: { long: { status: 400 }, characters: { status: 400 } },
    observe: async ({ scheduler }) => ({
      long: await statusOf(scheduler.send(new GetScheduleCommand({ Name: 'a'.repeat(65) }))),
      characters: await statusOf(scheduler.send(new GetScheduleCommand({ Name: 'a b' }))),
    }),
  },
  {
    id: 'scheduler.list',
    rule: 'ListSchedules finds a schedule by the start of its name and by its state',
    source: `${API}, ListSchedules, NamePrefix and State`,
    expected: { found: 1, disabled: 0, otherPrefix: 0 },
    observe: async ({ scheduler, schedule }) => {
      const count = async (input: { NamePrefix: string; State?: 'ENABLED' | 'DISABLED' }): Promise<Json> =>
        (await scheduler.send(new ListSchedulesCommand(input))).Schedules?.length ?? null;
      return {
        found: await count({ NamePrefix: schedule.name }),
        disabled: await count({ NamePrefix: schedule.name, State: 'DISABLED' }),
        otherPrefix: await count({ NamePrefix: `x${schedule.name.slice(0, 60)}` }),
      };
    },
  },
  {
    id: 'scheduler.list-limit',
    rule: 'a page of a list has 1 to 100 schedules',
    source: `${API}, ListSchedules, MaxResults`,
    expected: { none: { status: 400 }, more: { status: 400 } },
    observe: async ({ scheduler }) => ({
      none: await statusOf(scheduler.send(new ListSchedulesCommand({ MaxResults: 0 }))),
      more: await statusOf(scheduler.send(new ListSchedulesCommand({ MaxResults: 101 }))),
    }),
  },
  // Before `fires`, which discards earlier events: this case needs the very first event.
  {
    id: 'scheduler.starts',
    rule: 'without a StartDate a rate-based schedule invokes its target as soon as it is created',
    source: `${GUIDE}, Schedule types, Rate-based schedules`,
    expected: 'in the first period',
    observe: async (ports) => {
      const { advance, name } = ports.schedule;
      if (advance === undefined) return UNSEEN;
      const { CreationDate } = await ports.scheduler.send(new GetScheduleCommand({ Name: name }));
      await advance('180s');
      const [first] = await firedSince(ports);
      const age = Date.parse(String(first?.['time'])) - (CreationDate?.getTime() ?? Number.NaN);
      return age < 179_000 ? 'in the first period' : 'after the first period';
    },
  },
  {
    id: 'scheduler.fires',
    rule: 'a rate-based schedule invokes its target once per period, with the due time in whole seconds of UTC',
    source: `${GUIDE}, Schedule types, Rate-based schedules; Adding context attributes (scheduled-time)`,
    expected: { times: 2, periodSeconds: 180, form: true },
    observe: async (ports) => {
      const { advance } = ports.schedule;
      if (advance === undefined) return UNSEEN;
      await firedSince(ports);
      await advance('180s');
      await advance('180s');
      const events = await firedSince(ports);
      const times = events.map(({ time }) => String(time));
      const [first = '', second = ''] = times;
      return {
        times: times.length,
        periodSeconds: (Date.parse(second) - Date.parse(first)) / 1_000,
        form: times.every((time) => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(time)),
      };
    },
  },
];

export const SCHEDULER_SUITE = suite('scheduler', open, CASES);
