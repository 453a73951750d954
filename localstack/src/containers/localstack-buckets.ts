/**
 * The stack's buckets in a LocalStack, and what is known of them. LocalStack's free edition keeps nothing over a restart:
 * when it answers and a bucket that was made is gone, what the buckets held is lost. They are not made again: a stack that
 * went on with empty ones would look well while its log, from which everything is loaded, had a hole.
 *
 *   unmade -> (ensure) -> there -> (it answers 404 for one) -> lost, for good
 */
import { request } from 'node:http';
import { CreateBucketCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { messageOf } from '@dataloaf/core/errors';
import type { Log } from '@dataloaf/core/log';
import { Availability } from '../availability.ts';
import { createS3Client } from '../aws/clients.ts';
import { ContainerError } from './container-error.ts';

/** How often it is looked at without being asked for anything, and how long a look may take. */
const LOOK_MS = 3_000;

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

  /** Why there is nothing to ask for any more. */
  get loss(): ContainerError | undefined {
    return this.#loss;
  }

  /** Makes each once in the life of this back end. @throws ContainerError when one that was made is gone */
  async ensure(names: readonly string[]): Promise<void> {
    await this.look();
    if (this.#loss !== undefined) throw this.#loss;
    for (const name of names.filter((each) => !this.#names.has(each))) {
      await this.#s3.send(new CreateBucketCommand({ Bucket: name }));
      this.#names.add(name);
    }
    this.#timer ??= setTimeout(() => void this.#lookAgain(), LOOK_MS).unref();
  }

  /** Asks for every bucket. What cannot be asked is waited for; what is gone is lost. */
  async look(): Promise<void> {
    const answers = await Promise.all([...this.#names].map((name) => this.#head(name)));
    if (answers.includes('silent') || this.#isStopped || this.#loss !== undefined) return;
    const gone = [...this.#names].filter((_, index) => answers[index] === 'gone');
    if (gone.length > 0) this.#lose(gone);
    else this.availability.present();
  }

  async objects(): Promise<readonly { readonly name: string; readonly objects: number }[]> {
    return Promise.all([...this.#names].map(async (name) => ({ name, objects: await this.#count(name) })));
  }

  /** What a look that is on its way finds is no news any more: the container goes. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#s3.destroy();
  }

  async #lookAgain(): Promise<void> {
    await this.look();
    if (this.#isStopped || this.#loss !== undefined) return;
    this.#timer = setTimeout(() => void this.#lookAgain(), LOOK_MS).unref();
  }

  #lose(gone: readonly string[]): void {
    this.#loss = new ContainerError(
      'localstack_restarted',
      `LocalStack answers, and has no bucket ${gone.join(', ')} any more: it was restarted, and what S3 held is lost.`,
      {
        hint:
          'Nothing goes on from here. Stop the stack and start it again: it begins empty. What the SDK has not ' +
          'delivered is in its journal, what Firehose has not delivered is in the folder of the stack (not of an ' +
          'ephemeral one); both arrive then.',
      },
    );
    this.#log.error({ buckets: gone }, this.#loss.message);
    this.#reportLost(this.#loss);
  }

  /** Not with the AWS client: it tries again, and names no bucket in what it says of a HEAD. */
  #head(name: string): Promise<'there' | 'gone' | 'silent'> {
    return new Promise((resolve) => {
      const silent = (why: string): void => {
        if (!this.#isStopped) this.availability.missing(why);
        resolve('silent');
      };
      const head = request(`${this.#url}/${name}`, { method: 'HEAD', agent: false, timeout: LOOK_MS }, (answer) => {
        answer.resume();
        const status = answer.statusCode ?? 0;
        if (status >= 500) silent(`it answers ${status}`);
        else resolve(status === 404 ? 'gone' : 'there');
      });
      head.on('timeout', () => head.destroy(new Error(`no answer within ${LOOK_MS / 1_000} s`)));
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
