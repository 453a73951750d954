/** The steps that start the local AWS on a back end. The stack and the contract suite run the same ones. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Log } from '@dataloaf/core/log';
import type { RouteSpec, ScheduleSpec, StreamSpec } from '@dataloaf/infra/deployment';
import { createS3Client } from '../aws/clients.ts';
import { FirehoseApi } from '../aws/firehose/api.ts';
import { DeliveryStreams } from '../aws/firehose/delivery-streams.ts';
import { Gateway } from '../aws/gateway.ts';
import { HttpApi } from '../aws/http-api/api.ts';
import { type CallerSpec, Identities } from '../aws/identities.ts';
import { LambdaApi } from '../aws/lambda/api.ts';
import { type LambdaFunction, LambdaRunner } from '../aws/lambda/runner.ts';
import { type RunFaults, slowed } from '../aws/redshift-data/run-faults.ts';
import type { Storage } from '../aws/s3/storage.ts';
import { SchedulerApi } from '../aws/scheduler/api.ts';
import { Scheduler } from '../aws/scheduler/scheduler.ts';
import { Clock } from '../clock.ts';
import { Faults } from '../faults.ts';
import type { Backend } from './backends/backend.ts';
import type { StackKeys } from './keys.ts';
import { senderBy } from './sender.ts';
import type { Step } from './steps.ts';
import { type LocalWarehouse, startWarehouse } from './warehouse.ts';

/** What exists in the local AWS. */
export interface AwsResources {
  readonly buckets: readonly string[];
  readonly streams: readonly StreamSpec[];
  readonly routes: readonly RouteSpec[];
  readonly schedules: readonly ScheduleSpec[];
  /** Who may do what; see `aws/identities.ts`. */
  readonly callers: readonly CallerSpec[];
}

interface Ground {
  readonly log: Log;
  readonly backend: Backend;
  readonly resources: AwsResources;
  /** 0 takes a free one. */
  readonly ports: { readonly aws: number; readonly api: number };
}

interface OnGateway extends Ground {
  readonly gateway: Gateway;
  readonly identities: Identities;
  readonly clock: Clock;
  readonly faults: Faults;
}

export const GATEWAY: Step<Ground, Pick<OnGateway, 'gateway' | 'identities' | 'clock' | 'faults'>> = {
  name: 'gateway',
  start: async ({ log, backend, ports, resources }) => {
    await mkdir(backend.dir, { recursive: true, mode: 0o700 });
    const faults = new Faults();
    const gateway = new Gateway({ port: ports.aws, log, faults });
    await gateway.start();
    return { gateway, identities: new Identities(resources.callers), clock: new Clock(), faults };
  },
  stop: ({ gateway }) => gateway.stop(),
};

interface WithS3 extends OnGateway {
  readonly storage: Storage;
  /** Goes through the gateway, as every client does. */
  readonly s3: S3Client;
}

/** The back end stops its storage itself. */
export const S3: Step<OnGateway, Pick<WithS3, 'storage' | 's3'>> = {
  name: 's3',
  start: async ({ backend, clock, faults, gateway, resources }) => {
    const storage = await backend.openStorage({ clock, faults });
    await storage.ensureBuckets(resources.buckets);
    gateway.addStream(storage);
    return { storage, s3: createS3Client(gateway.url) };
  },
};

export const FIREHOSE: Step<WithS3, { readonly firehose: DeliveryStreams }> = {
  name: 'firehose',
  start: async ({ backend, clock, faults, gateway, log, resources, s3 }) => {
    const dir = join(backend.dir, 'firehose');
    const firehose = new DeliveryStreams({ dir, streams: resources.streams, s3, clock, faults, log });
    await firehose.start();
    gateway.addJson(new FirehoseApi({ streams: firehose, faults }));
    return { firehose };
  },
  // The clock first: it would start another delivery.
  stop: async ({ clock, firehose }) => {
    await clock.stop();
    await firehose.stop();
  },
};

export const WAREHOUSE: Step<
  WithS3 & { readonly warehouseFaults?: RunFaults; readonly statementMs?: number },
  { readonly warehouse: LocalWarehouse }
> = {
  name: 'warehouse',
  start: async ({ backend, gateway, identities, log, s3, statementMs = 0, warehouseFaults }) => {
    const { dir, postgres } = backend;
    const faults = statementMs > 0 ? slowed(statementMs, warehouseFaults) : warehouseFaults;
    const warehouse = await startWarehouse({ dir, postgres, s3, log, faults, identities });
    gateway.addJson(warehouse.api);
    return { warehouse };
  },
  stop: ({ warehouse }) => warehouse.stop(),
};

interface WithLambdas extends OnGateway {
  readonly lambdas: LambdaRunner;
}

export const LAMBDA: Step<
  OnGateway & { readonly functions: readonly LambdaFunction[] },
  Pick<WithLambdas, 'lambdas'>
> = {
  name: 'lambda',
  start: async ({ faults, functions, gateway, identities }) => {
    const lambdas = new LambdaRunner({ functions, gatewayUrl: gateway.url, faults });
    const invoke = (name: string, event: unknown) => lambdas.invoke(name, event);
    gateway.addStream(new LambdaApi({ functions: functions.map(({ spec }) => spec), invoke, identities }));
    return { lambdas };
  },
  stop: ({ lambdas }) => lambdas.stop(),
};

/** A stack without keys of ours, as in the contract suite, knows no sender. */
export const HTTP_API: Step<WithLambdas & { readonly keys?: StackKeys }, { readonly httpApi: HttpApi }> = {
  name: 'http api',
  start: async ({ clock, keys, lambdas, log, ports, resources }) => {
    const { routes } = resources;
    const invoke = (name: string, event: unknown) => lambdas.invoke(name, event);
    const senderOf = keys === undefined ? {} : { senderOf: senderBy(keys) };
    const httpApi = new HttpApi({ routes, port: ports.api, invoke, clock, log, ...senderOf });
    await httpApi.start();
    return { httpApi };
  },
  stop: ({ httpApi }) => httpApi.stop(),
};

export const SCHEDULER: Step<WithLambdas, { readonly scheduler: Scheduler }> = {
  name: 'scheduler',
  start: async ({ clock, gateway, lambdas, log, resources }) => {
    const { schedules } = resources;
    const invoke = (name: string, event: unknown) => lambdas.invokeInTurn(name, event);
    const scheduler = new Scheduler({ schedules, invoke, clock, log });
    scheduler.start();
    gateway.addStream(new SchedulerApi({ schedules, createdMs: clock.now() }));
    return { scheduler };
  },
  stop: ({ scheduler }) => scheduler.stop(),
};
