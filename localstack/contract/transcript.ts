/**
 * Transcripts: the observations of a service's cases on a target, and their HTTP exchanges, so that a real account is used
 * once and compared with often. Nothing in them identifies the account: ids are replaced by placeholders, and only headers
 * that are part of the contract are kept.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isObject } from '@dataloaf/core/values/parsed';
import type { Json, SuiteResult } from './case.ts';
import { ContractError } from './contract-error.ts';
import type { Judged } from './judge.ts';
import type { Service } from './services.ts';
import type { Exchange } from './target.ts';

/** Exchanges kept per service; later ones are dropped. */
const EXCHANGES_MAX = 5_000;
const KEPT_HEADERS =
  /^(?:content-type|content-encoding|content-range|x-amzn-errortype|x-amz-(?:checksum|server|function|executed).*)$/;

export interface TranscribedCase {
  readonly id: string;
  readonly observed: Json;
}

export class Recorder {
  readonly #exchanges = new Map<Service, Exchange[]>();

  note(service: Service, exchange: Exchange): void {
    const list = this.#exchanges.get(service) ?? [];
    if (list.length < EXCHANGES_MAX) list.push(exchange);
    this.#exchanges.set(service, list);
  }

  async write(dir: string, result: SuiteResult): Promise<void> {
    if (result.kind === 'absent') return;
    const { service } = result;
    const exchanges = (this.#exchanges.get(service) ?? []).map(keptOf);
    const cases = result.results.map(({ id, observed }) => ({ id, observed }));
    const text = JSON.stringify({ service, cases, exchanges }, null, 1);
    await mkdir(dir, { recursive: true });
    await writeFile(fileOf(dir, service), `${maskIds(text)}\n`);
  }
}

const fileOf = (dir: string, service: Service): string => join(dir, `${service}.json`);

const keptOf = ({ request, response }: Exchange): Exchange => ({
  request,
  response: {
    status: response.status,
    headers: Object.fromEntries(Object.entries(response.headers).filter(([name]) => KEPT_HEADERS.test(name))),
  },
});

/** Accounts, access keys, and ids: the same id gets the same placeholder. */
export function maskIds(text: string): string {
  const known = new Map<string, string>();
  const placeholder = (id: string): string => {
    const name = known.get(id) ?? `<id-${known.size + 1}>`;
    known.set(id, name);
    return name;
  };
  return text
    .replaceAll(/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, '<access-key>')
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, placeholder)
    .replaceAll(/(?<=dataloaf-contract-)[0-9a-f]{8}(?:-[0-9a-f]{4})?/g, placeholder)
    .replaceAll(/(?<![0-9])[0-9]{12}(?![0-9])/g, '000000000000');
}

/** Undefined when the service was not recorded. @throws ContractError */
export async function readTranscript(dir: string, service: Service): Promise<readonly TranscribedCase[] | undefined> {
  const file = fileOf(dir, service);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const parsed: unknown = JSON.parse(text);
  const cases = isObject(parsed) ? parsed['cases'] : undefined;
  if (Array.isArray(cases) && cases.every(isTranscribedCase)) return cases;
  throw new ContractError('transcript_invalid', `Expected ${file} to contain the cases of a transcript, it does not.`);
}

const isTranscribedCase = (value: unknown): value is TranscribedCase =>
  isObject(value) && typeof value['id'] === 'string' && 'observed' in value;

/** Compares the observations with the recorded ones, case by case. Cases that only one side has are skipped. */
export function judgeReplay(result: SuiteResult, recorded: readonly TranscribedCase[]): readonly Judged[] {
  if (result.kind === 'absent') {
    return [
      { id: result.service, verdict: { kind: 'unexplained', expected: 'the service', observed: result.evidence } },
    ];
  }
  return result.results.flatMap(({ id, observed }): readonly Judged[] => {
    const then = recorded.find((one) => one.id === id);
    if (then === undefined) return [];
    const now: Json = JSON.parse(maskIds(JSON.stringify(observed)));
    if (isDeepStrictEqual(then.observed, now)) return [{ id, verdict: { kind: 'same' } }];
    return [{ id, verdict: { kind: 'unexplained', expected: then.observed, observed: now } }];
  });
}
