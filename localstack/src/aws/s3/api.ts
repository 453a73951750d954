/**
 * The protocol of S3, as far as DataLoaf uses it, over an `ObjectStore`. Bodies are streamed in both directions, so memory
 * does not grow with an object's size. Creating an existing bucket succeeds, as in us-east-1. Unlike S3, it ignores ACLs,
 * tags and encryption.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BodyReader } from '../../body-reader.ts';
import type { Clock } from '../../clock.ts';
import type { Faults } from '../../faults.ts';
import { ServiceError } from '../service.ts';
import { sendS3Error } from './error.ts';
import { takeS3Fault } from './faults.ts';
import { listPage, parseListQuery } from './list-page.ts';
import type { ObjectInfo } from './object-file.ts';
import { checksumHeaders, keptHeaders, objectHeaders, quoted } from './object-headers.ts';
import { ObjectStore } from './object-store.ts';
import { parseS3Request, putConditionOf, type S3Request } from './request.ts';
import type { Storage } from './storage.ts';
import { UploadBody } from './upload-body.ts';
import { elementTexts, type XmlNode, xmlDocument } from './xml.ts';

export interface S3Options {
  /** A folder for S3 alone, for example `<dir>/s3`. */
  readonly dir: string;
  readonly clock: Clock;
  readonly faults: Faults;
}

interface Sent {
  readonly request: IncomingMessage;
  readonly bodies: BodyReader;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
}

/** 1,000 keys of 1,024 bytes, escaped. */
const DELETE_BODY_BYTES_MAX = 8 * 1024 * 1024;
const DELETE_KEYS_MAX = 1_000;
const XML = { 'content-type': 'application/xml' };
/** The same owner for every caller: access keys are ignored. */
const OWNER: readonly XmlNode[] = [['ID', '0'.repeat(64)]];

export class S3Api implements Storage {
  readonly scope = 's3';
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #faults: Faults;

  constructor(options: S3Options) {
    this.#store = new ObjectStore(options.dir);
    this.#clock = options.clock;
    this.#faults = options.faults;
  }

  async start(): Promise<void> {
    await this.#store.open();
  }

  async ensureBuckets(names: readonly string[]): Promise<void> {
    for (const name of names) this.#store.createBucket(name);
  }

  async status(): Promise<readonly { readonly name: string; readonly objects: number }[]> {
    return this.#store.buckets().map(({ name, objects }) => ({ name, objects }));
  }

  async handle(request: IncomingMessage, response: ServerResponse, bodies: BodyReader): Promise<void> {
    const parsed = parseS3Request(request.method ?? '', request.url ?? '/', request.headers);
    const fault = takeS3Fault(this.#faults, parsed);
    if (fault?.isAfter === false) throw fault.error;
    const answer = await this.#perform(parsed, { request, bodies });
    if (fault !== undefined) {
      if (typeof answer.body === 'object') answer.body.destroy();
      throw fault.error;
    }
    // Of the same clock as the times of the objects: a client may compare the two.
    response.setHeader('date', this.#clock.date().toUTCString());
    await send(response, answer);
  }

  fail(response: ServerResponse, error: ServiceError): void {
    sendS3Error(response, error);
  }

  #perform(parsed: S3Request, sent: Sent): Promise<Answer> | Answer {
    const { request } = sent;
    switch (parsed.operation) {
      case 'ListBuckets':
        return this.#listBuckets();
      case 'CreateBucket':
        this.#store.createBucket(parsed.bucket);
        return { status: 200, headers: { location: `/${parsed.bucket}` } };
      case 'HeadBucket':
        this.#store.index(parsed.bucket);
        return { status: 200 };
      case 'DeleteBucket':
        this.#store.deleteBucket(parsed.bucket);
        return { status: 204 };
      case 'ListObjectsV2':
        return this.#list(parsed);
      case 'DeleteObjects':
        return this.#deleteMany(parsed, sent);
      case 'PutObject':
        return this.#put(parsed, request);
      case 'GetObject':
        return this.#get(parsed, request.headers);
      case 'HeadObject':
        return this.#head(parsed, request.headers);
      case 'DeleteObject':
        this.#store.delete(parsed);
        return { status: 204 };
    }
  }

  #listBuckets(): Answer {
    const buckets = this.#store.buckets().map(({ name, createdMs }): XmlNode => {
      return [
        'Bucket',
        [
          ['Name', name],
          ['CreationDate', wholeSecond(createdMs)],
        ],
      ];
    });
    const nodes: XmlNode[] = [
      ['Owner', OWNER],
      ['Buckets', buckets],
    ];
    return { status: 200, headers: XML, body: xmlDocument('ListAllMyBucketsResult', nodes) };
  }

  async #list({ bucket, query }: S3Request): Promise<Answer> {
    const list = parseListQuery(query);
    const page = listPage(this.#store.index(bucket), list);
    const infos = await Promise.all(
      page.keys.map((key) => this.#store.info({ bucket, key }).catch(undefinedIfDeleted)),
    );
    const encode = query.get('encoding-type') === 'url' ? encodeURIComponent : (text: string) => text;
    const owner: readonly XmlNode[] = query.get('fetch-owner') === 'true' ? [['Owner', OWNER]] : [];
    const contents = infos
      .filter((info) => info !== undefined)
      .map((info) => contentsNode(info, encode(info.key), owner));
    const nodes: XmlNode[] = [
      ['Name', bucket],
      ['Prefix', encode(list.prefix)],
      ['MaxKeys', list.maxKeys],
      ['KeyCount', contents.length + page.commonPrefixes.length],
      ['IsTruncated', page.nextToken !== undefined],
      ...optional('Delimiter', encode(list.delimiter)),
      ...optional('StartAfter', encode(list.startAfter)),
      ...optional('EncodingType', query.get('encoding-type')),
      ...optional('ContinuationToken', list.continuationToken),
      ...optional('NextContinuationToken', page.nextToken),
      ...contents,
      ...page.commonPrefixes.map((prefix): XmlNode => ['CommonPrefixes', [['Prefix', encode(prefix)]]]),
    ];
    return { status: 200, headers: XML, body: xmlDocument('ListBucketResult', nodes) };
  }

  async #deleteMany({ bucket }: S3Request, sent: Sent): Promise<Answer> {
    const xml = await readXml(sent);
    const keys = elementTexts(xml, 'Key');
    if (keys.length === 0 || keys.length > DELETE_KEYS_MAX) {
      throw new ServiceError(400, 'MalformedXML', `Expected 1 to ${DELETE_KEYS_MAX} keys, got ${keys.length}.`);
    }
    for (const key of keys) this.#store.delete({ bucket, key });
    const isQuiet = elementTexts(xml, 'Quiet').includes('true');
    const deleted = isQuiet ? [] : keys.map((key): XmlNode => ['Deleted', [['Key', key]]]);
    return { status: 200, headers: XML, body: xmlDocument('DeleteResult', deleted) };
  }

  async #put(parsed: S3Request, request: IncomingMessage): Promise<Answer> {
    const body = new UploadBody(request);
    const headers = keptHeaders(request.headers);
    const info = await this.#store.put(parsed, {
      chunks: body.read(),
      condition: putConditionOf(request.headers),
      describe: async () => {
        const { md5, checksums } = await body.verify();
        return { key: parsed.key, etag: md5, lastModifiedMs: this.#clock.now(), headers, checksums };
      },
    });
    return { status: 200, headers: { etag: quoted(info.etag), ...checksumHeaders(info) } };
  }

  async #get(parsed: S3Request, headers: IncomingHttpHeaders): Promise<Answer> {
    const { info, file } = await this.#store.read(parsed);
    const answer = { status: 200, headers: objectHeaders(info, headers) };
    if (info.size > 0) return { ...answer, body: file.createReadStream({ start: 0, end: info.size - 1 }) };
    await file.close();
    return answer;
  }

  async #head(parsed: S3Request, headers: IncomingHttpHeaders): Promise<Answer> {
    return { status: 200, headers: objectHeaders(await this.#store.info(parsed), headers) };
  }
}

async function readXml({ request, bodies }: Sent): Promise<string> {
  const body = await bodies.read(request, { maxBytes: DELETE_BODY_BYTES_MAX });
  switch (body.kind) {
    case 'too_large':
      return '';
    case 'busy':
      throw new ServiceError(503, 'SlowDown', 'Please reduce your request rate.');
    case 'too_slow':
      throw new ServiceError(400, 'RequestTimeout', 'Your socket connection to the server was not read from in time.');
    case 'body':
      body.release();
      return body.bytes.toString('utf8');
  }
}

async function send(response: ServerResponse, answer: Answer): Promise<void> {
  response.writeHead(answer.status, { 'x-amz-request-id': randomUUID(), ...answer.headers });
  if (answer.body === undefined || typeof answer.body === 'string') {
    response.end(answer.body);
    return;
  }
  await pipeline(answer.body, response);
}

const contentsNode = (info: ObjectInfo, key: string, owner: readonly XmlNode[]): XmlNode => [
  'Contents',
  [
    ['Key', key],
    ['LastModified', wholeSecond(info.lastModifiedMs)],
    ['ETag', quoted(info.etag)],
    ['Size', info.size],
    ['StorageClass', 'STANDARD'],
    ...owner,
  ],
];

/** S3 lists times in whole seconds. */
const wholeSecond = (ms: number): string => new Date(Math.floor(ms / 1_000) * 1_000).toISOString();
const optional = (name: string, value: string | undefined): readonly XmlNode[] =>
  value === undefined || value === '' ? [] : [[name, value]];

function undefinedIfDeleted(error: unknown): undefined {
  if (error instanceof ServiceError && error.code === 'NoSuchKey') return undefined;
  throw error;
}
