/** One page of ListObjectsV2, made from sorted keys. Pure. */
import { ServiceError } from '../service.ts';
import { compareKeys } from './key-index.ts';

export interface ListQuery {
  readonly prefix: string;
  readonly delimiter: string;
  /** Only keys after this one. */
  readonly startAfter: string;
  readonly continuationToken: string | undefined;
  /** At most 1,000. */
  readonly maxKeys: number;
}

export interface ListPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  /** Undefined on the last page. */
  readonly nextToken: string | undefined;
}

export interface OrderedKeys {
  /** The keys from `from` on, including it, in byte order. */
  from(from: string): Iterable<string>;
}

/** Where a page ended: at a key, or at a common prefix, which covers all keys below it. */
interface Position {
  readonly after: string;
  readonly isPrefix: boolean;
}

const KEYS_PER_PAGE_MAX = 1_000;

export function listPage(index: OrderedKeys, query: ListQuery): ListPage {
  const page: Position[] = [];
  for (const position of positions(index, query)) {
    if (page.length === query.maxKeys) {
      const last = page.at(-1);
      return { ...split(page), nextToken: last === undefined ? undefined : encodeToken(last) };
    }
    page.push(position);
  }
  return { ...split(page), nextToken: undefined };
}

/** The keys after the start of the query, and each common prefix once. */
function* positions(index: OrderedKeys, query: ListQuery): Generator<Position> {
  let last = startOf(query);
  for (const key of index.from(compareKeys(last.after, query.prefix) < 0 ? query.prefix : last.after)) {
    if (!key.startsWith(query.prefix)) return;
    if (isCovered(last, key)) continue;
    const commonPrefix = commonPrefixOf(key, query);
    last = { after: commonPrefix ?? key, isPrefix: commonPrefix !== undefined };
    yield last;
  }
}

function split(page: readonly Position[]): Pick<ListPage, 'keys' | 'commonPrefixes'> {
  return {
    keys: page.filter(({ isPrefix }) => !isPrefix).map(({ after }) => after),
    commonPrefixes: page.filter(({ isPrefix }) => isPrefix).map(({ after }) => after),
  };
}

/** @throws ServiceError InvalidArgument */
export function parseListQuery(query: ReadonlyMap<string, string>): ListQuery {
  const maxKeys = query.get('max-keys') ?? String(KEYS_PER_PAGE_MAX);
  if (!/^\d{1,9}$/.test(maxKeys)) throw invalidArgument('max-keys');
  return {
    prefix: query.get('prefix') ?? '',
    delimiter: query.get('delimiter') ?? '',
    startAfter: query.get('start-after') ?? '',
    continuationToken: query.get('continuation-token'),
    maxKeys: Math.min(Number(maxKeys), KEYS_PER_PAGE_MAX),
  };
}

const startOf = (query: ListQuery): Position =>
  query.continuationToken === undefined
    ? { after: query.startAfter, isPrefix: false }
    : decodeToken(query.continuationToken);

const isCovered = (last: Position, key: string): boolean =>
  last.after !== '' && (key === last.after || (last.isPrefix && key.startsWith(last.after)));

function commonPrefixOf(key: string, { prefix, delimiter }: ListQuery): string | undefined {
  if (delimiter === '') return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end === -1 ? undefined : key.slice(0, end + delimiter.length);
}

const encodeToken = (position: Position): string =>
  Buffer.from(`${position.isPrefix ? 'p' : 'k'}${position.after}`, 'utf8').toString('base64url');

function decodeToken(token: string): Position {
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (!/^[pk]/.test(text)) throw invalidArgument('continuation-token');
  return { after: text.slice(1), isPrefix: text.startsWith('p') };
}

const invalidArgument = (name: string): ServiceError =>
  new ServiceError(400, 'InvalidArgument', `The value of ${name} is not valid.`);
