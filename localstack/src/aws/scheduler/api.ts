/** The protocol of EventBridge Scheduler, read-only: GetSchedule and ListSchedules. The deployment creates the schedules. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ScheduleSpec } from '@dataloaf/infra/deployment';
import { sendRest, sendRestError } from '../rest-json.ts';
import { notImplemented, ServiceError, type StreamApi } from '../service.ts';
import { refusedOperation } from './refused-operations.ts';

export interface SchedulerApiOptions {
  readonly schedules: readonly ScheduleSpec[];
  /** When the schedules were created, milliseconds since 1970. */
  readonly createdMs: number;
}

const ACCOUNT = '000000000000';
const GROUP = 'default';
/** Most schedules in one page (AWS documentation, 2026-11). */
const PAGE_MAX = 100;
const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;

export class SchedulerApi implements StreamApi {
  readonly scope = 'scheduler';
  readonly #options: SchedulerApiOptions;

  constructor(options: SchedulerApiOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', search = ''] = (request.url ?? '/').split('?', 2);
    const query = new URLSearchParams(search);
    const name = /^\/schedules\/([^/]+)$/.exec(path)?.[1];
    if (request.method === 'GET' && name !== undefined)
      return send(response, this.#get(decodeURIComponent(name), query));
    if (request.method === 'GET' && path === '/schedules') return send(response, this.#list(query));
    throw notImplemented(this.scope, refusedOperation(request.method ?? '', path));
  }

  fail(response: ServerResponse, error: ServiceError): void {
    sendRestError(response, error);
  }

  #get(name: string, query: URLSearchParams): unknown {
    if (!NAME.test(name)) throw validation(`Value '${name.slice(0, 80)}' at 'name' failed to satisfy its pattern.`);
    const spec = this.#options.schedules.find((schedule) => schedule.name === name);
    if (spec === undefined || (query.get('groupName') ?? GROUP) !== GROUP) {
      throw new ServiceError(404, 'ResourceNotFoundException', `Schedule ${name} does not exist.`);
    }
    return {
      ...this.#summaryOf(spec),
      ScheduleExpression: rateExpression(spec.rateSeconds),
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'NONE',
      Target: { Arn: functionArn(spec), RoleArn: `arn:aws:iam::${ACCOUNT}:role/local` },
    };
  }

  #list(query: URLSearchParams): unknown {
    const max = Number(query.get('MaxResults') ?? PAGE_MAX);
    if (!Number.isInteger(max) || max < 1 || max > PAGE_MAX) throw validation(`MaxResults must be 1 to ${PAGE_MAX}.`);
    const from = Number(query.get('NextToken') ?? 0);
    if (!Number.isInteger(from) || from < 0) throw validation('NextToken is not valid.');
    const isOfGroup = (query.get('ScheduleGroup') ?? GROUP) === GROUP;
    const isOfState = (query.get('State') ?? 'ENABLED') === 'ENABLED';
    const found = this.#options.schedules.filter(
      ({ name }) => isOfGroup && isOfState && name.startsWith(query.get('NamePrefix') ?? ''),
    );
    return {
      Schedules: found
        .slice(from, from + max)
        .map((spec) => ({ ...this.#summaryOf(spec), Target: { Arn: functionArn(spec) } })),
      ...(from + max < found.length ? { NextToken: String(from + max) } : {}),
    };
  }

  #summaryOf({ name }: ScheduleSpec): object {
    const created = this.#options.createdMs / 1_000;
    return {
      Arn: `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/${GROUP}/${name}`,
      GroupName: GROUP,
      Name: name,
      State: 'ENABLED',
      CreationDate: created,
      LastModificationDate: created,
    };
  }
}

const send = (response: ServerResponse, value: unknown): void =>
  sendRest(response, { status: 200, json: JSON.stringify(value) });

/** In the largest unit that divides it; Scheduler has no seconds. */
function rateExpression(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ] as const;
  const [unit, size] = units.find(([, length]) => seconds % length === 0) ?? units[2];
  const value = Math.round(seconds / size);
  return `rate(${value} ${unit}${value === 1 ? '' : 's'})`;
}

const functionArn = (spec: ScheduleSpec): string => `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${spec.function}`;

const validation = (message: string): ServiceError => new ServiceError(400, 'ValidationException', message);
