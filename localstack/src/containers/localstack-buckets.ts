/**
 * The stack's buckets in LocalStack, and whether they still exist. LocalStack's free edition loses everything in a restart,
 * so when it responds and one of our buckets is gone, all their data is lost. The buckets are not created again: a stack
 * with empty buckets would look healthy, although S3, from which everything is loaded, had a hole.
 *
 *   absent -> (ensure) -> present -> (a 404 for one bucket) -> lost, permanently
 */
import { request } from 'node:http';
import { CreateBucketCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { Availability } from '../availability.ts';
import { createS3Client } from '../aws/clients.ts';
import { ContainerError } from './container-error.ts';

/** How often the buckets are checked while nobody uses them, and how long a check may take. */
const CHECK_MS = 3_000;

export class LocalStackBuckets {
  readonly availability: Availability;
  /** Resolves with the reason when the buckets are lost. */
  readonly lost: Promise<ContainerError>;
  readonly #url: string;
  readonly #s3: S3Client;
  readonly #log: Pick<Log, 'warn' | 'error'>;
  readonly #names = new Set<string>();
  #reportLost: (error: ContainerError) => void = () => undefined;
  #loss: ContainerError | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(url: string, log: Pick<Log, 'warn' | 'error'>) {
    this.#url = url;
    this.#s3 = createS3Client(url);
    this.#log = log;
    this.availability = new Availability('LocalStack', log);
    this.lost = new Promise((resolve) => {
      this.#reportLost = resolve;
    });
  }

  /** Why the buckets are lost. */
  get loss(): ContainerError | undefined {
    return this.#loss;
  }

  /** Creates each bucket once in the life of this back end. @throws ContainerError when a created bucket is gone */
  async ensure(names: readonly string[]): Promise<void> {
    await this.check();
    if (this.#loss !== undefined) throw this.#loss;
    for (const name of names.filter((each) => !this.#names.has(each))) {
      await this.#s3.send(new CreateBucketCommand({ Bucket: name }));
      this.#names.add(name);
    }
    this.#timer ??= setTimeout(() => void this.#checkAgain(), CHECK_MS).unref();
  }

  /** Checks every bucket. Waits while LocalStack is silent; declares the data lost when a bucket is gone. */
  async check(): Promise<void> {
    const answers = await Promise.all([...this.#names].map((name) => this.#head(name)));
    if (answers.includes('silent') || this.#isStopped || this.#loss !== undefined) return;
    const gone = [...this.#names].filter((_, index) => answers[index] === 'gone');
    if (gone.length > 0) this.#lose(gone);
    else this.availability.present();
  }

  async objects(): Promise<readonly { readonly name: string; readonly objects: number }[]> {
    return Promise.all([...this.#names].map(async (name) => ({ name, objects: await this.#count(name) })));
  }

  /** Ignores the result of a check in flight: the container is about to be removed. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#s3.destroy();
  }

  async #checkAgain(): Promise<void> {
    await this.check();
    if (this.#isStopped || this.#loss !== undefined) return;
    this.#timer = setTimeout(() => void this.#checkAgain(), CHECK_MS).unref();
  }

  #lose(gone: readonly string[]): void {
    this.#loss = new ContainerError(
      'localstack_restarted',
      `LocalStack no longer has the bucket ${gone.join(', ')}: it was restarted, and all S3 data is lost.`,
      {
        hint:
          'This stack cannot continue. Stop it and start it again; it will be empty. Undelivered events are safe in the ' +
          "SDK's journal and, unless the stack is ephemeral, in Firehose's buffer on disk; they arrive after the restart.",
      },
    );
    this.#log.error({ buckets: gone }, this.#loss.message);
    this.#reportLost(this.#loss);
  }

  /** Not with the AWS client, which retries and does not name the bucket when a HEAD fails. */
  #head(name: string): Promise<'present' | 'gone' | 'silent'> {
    return new Promise((resolve) => {
      const silent = (why: string): void => {
        if (!this.#isStopped) this.availability.missing(why);
        resolve('silent');
      };
      const head = request(`${this.#url}/${name}`, { method: 'HEAD', agent: false, timeout: CHECK_MS }, (answer) => {
        answer.resume();
        const status = answer.statusCode ?? 0;
        if (status >= 500) silent(`status ${status}`);
        else resolve(status === 404 ? 'gone' : 'present');
      });
      head.on('timeout', () => head.destroy(new Error(`no response within ${CHECK_MS / 1_000} s`)));
      head.on('error', (error) => silent(messageOf(error)));
      head.end();
    });
  }

  async #count(name: string): Promise<number> {
    let objects = 0;
    for await (const page of paginateListObjectsV2({ client: this.#s3 }, { Bucket: name })) {
      objects += page.KeyCount ?? 0;
    }
    return objects;
  }
}
