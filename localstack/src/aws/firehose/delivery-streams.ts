/** The delivery streams of the deployment, started and stopped together. */
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Log } from '@dataloaf/core/log';
import type { StreamSpec } from '@dataloaf/infra/deployment';
import type { Clock } from '../../clock.ts';
import type { Faults } from '../../faults.ts';
import { DeliveryStream, type StreamStatus } from './delivery-stream.ts';

export interface DeliveryStreamsOptions {
  /** A folder for Firehose alone, for example `<dir>/firehose`. */
  readonly dir: string;
  readonly streams: readonly StreamSpec[];
  /** The real client, pointed at the gateway. */
  readonly s3: S3Client;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: Log;
}

export interface NamedStream {
  readonly spec: StreamSpec;
  readonly stream: DeliveryStream;
}

export class DeliveryStreams {
  readonly #streams: ReadonlyMap<string, NamedStream>;

  constructor({ dir, streams, ...ports }: DeliveryStreamsOptions) {
    this.#streams = new Map(
      streams.map((spec) => {
        const stream = new DeliveryStream({ spec, dir: join(dir, spec.name), ...ports });
        return [spec.name, { spec, stream }];
      }),
    );
  }

  async start(): Promise<void> {
    for (const { stream } of this.#streams.values()) await stream.start();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#streams.values()].map(({ stream }) => stream.stop()));
  }

  get(name: string): NamedStream | undefined {
    return this.#streams.get(name);
  }

  /** Delivers everything that is pending, now. @returns number of objects */
  async flush(): Promise<number> {
    const counts = await Promise.all([...this.#streams.values()].map(({ stream }) => stream.flush()));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  status(): readonly StreamStatus[] {
    return [...this.#streams.values()].map(({ stream }) => stream.status());
  }
}
