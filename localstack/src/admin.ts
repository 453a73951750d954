/** `/_dataloaf/*` of the gateway: what scripts and tests ask of the stack itself. */
import { messageOf } from '@dataloaf/core/errors';
import { parseDuration } from './duration.ts';
import { assertFaultRules, type Faults } from './faults.ts';
import type { AdminAnswer, AdminHandler } from './gateway.ts';
import { LocalStackError } from './local-stack-error.ts';
import type { InvokeResult } from './services/lambda.ts';

/** What the stack does for its admin; the main program wires it. */
export interface AdminPorts {
  /** Delivers all that Firehose holds. @returns number of objects */
  flush(): Promise<number>;
  /** One tick of the loader, after the one that runs. */
  invokeLoader(): Promise<InvokeResult>;
  /** Resolves when all that became due has finished. */
  advance(ms: number): Promise<void>;
  now(): Date;
  status(): Promise<Readonly<Record<string, unknown>>>;
  readonly faults: Faults;
}

const OUTCOMES = ['nothing_new', 'loaded', 'parked', 'undecided', 'failed'] as const;
type LoadOutcome = (typeof OUTCOMES)[number];

export interface LoadAnswer {
  readonly outcome: LoadOutcome;
  readonly batch: unknown;
  /** Why it failed. */
  readonly message?: string;
}

/** One tick loads at most 1,000 objects: enough for a million. */
const TICKS_PER_LOAD_MAX = 1_000;

interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export class Admin implements AdminHandler {
  readonly #ports: AdminPorts;

  constructor(ports: AdminPorts) {
    this.#ports = ports;
  }

  async handle(request: AdminRequest): Promise<AdminAnswer> {
    switch (`${request.method} ${request.path}`) {
      case 'POST /_dataloaf/flush':
        return this.#flush();
      case 'POST /_dataloaf/load':
        return { status: 200, body: await this.#load() };
      case 'POST /_dataloaf/clock':
        return this.#advance(request.body);
      case 'GET /_dataloaf/status':
        return { status: 200, body: { now: this.#ports.now().toISOString(), ...(await this.#ports.status()) } };
      case 'GET /_dataloaf/faults':
        return { status: 200, body: this.#ports.faults.pending() };
      case 'POST /_dataloaf/faults':
        return this.#addFaults(request.body);
      case 'DELETE /_dataloaf/faults':
        this.#ports.faults.clear();
        return { status: 200, body: [] };
      default:
        return refusal(404, 'not_found', `There is no ${request.method} ${request.path}.`);
    }
  }

  async #flush(): Promise<AdminAnswer> {
    try {
      return { status: 200, body: { objects: await this.#ports.flush() } };
    } catch (error) {
      return refusal(500, 'flush_failed', messageOf(error));
    }
  }

  /** Flushes, then ticks while the loader has more; the answer is that of the tick that matters most. */
  async #load(): Promise<LoadAnswer> {
    try {
      await this.#ports.flush();
    } catch (error) {
      return { outcome: 'failed', batch: null, message: `Firehose could not deliver: ${messageOf(error)}` };
    }
    let answer: LoadAnswer = { outcome: 'nothing_new', batch: null };
    for (let tick = 0; tick < TICKS_PER_LOAD_MAX; tick += 1) {
      const next = answerOf(await this.#ports.invokeLoader());
      answer = moreTelling(answer, next.answer);
      if (!next.hasMore) return answer;
    }
    return answer;
  }

  async #advance(body: unknown): Promise<AdminAnswer> {
    const given = typeof body === 'object' && body !== null && 'advance' in body ? body.advance : undefined;
    const ms = parseDuration(given);
    if (ms === undefined)
      return refusal(400, 'duration_invalid', 'Expected {"advance": "180s"}; units are ms, s, m, h, d.');
    await this.#ports.advance(ms);
    return { status: 200, body: { now: this.#ports.now().toISOString() } };
  }

  #addFaults(body: unknown): AdminAnswer {
    try {
      this.#ports.faults.add(assertFaultRules(body));
      return { status: 200, body: this.#ports.faults.pending() };
    } catch (error) {
      if (!(error instanceof LocalStackError)) throw error;
      return refusal(400, error.code, error.message);
    }
  }
}

/** A later tick of the same weight has the newer batch. */
const moreTelling = (before: LoadAnswer, next: LoadAnswer): LoadAnswer =>
  OUTCOMES.indexOf(next.outcome) >= OUTCOMES.indexOf(before.outcome) ? next : before;

function answerOf(result: InvokeResult): { readonly answer: LoadAnswer; readonly hasMore: boolean } {
  if (result.kind !== 'ok') {
    const message =
      result.kind === 'error' ? `${result.errorType}: ${result.message}` : `The loader is ${result.kind}.`;
    return { answer: { outcome: 'failed', batch: null, message }, hasMore: false };
  }
  const fields = new Map<string, unknown>(Object.entries(Object(result.payload)));
  const outcome = OUTCOMES.find((known) => known === fields.get('outcome'));
  if (outcome === undefined) {
    const message = `The loader answered ${JSON.stringify(result.payload).slice(0, 200)}.`;
    return { answer: { outcome: 'failed', batch: null, message }, hasMore: false };
  }
  const { more, ...rest } = Object.fromEntries(fields);
  const canGoOn = outcome !== 'failed' && outcome !== 'undecided';
  return { answer: { ...rest, outcome, batch: rest['batch'] ?? null }, hasMore: canGoOn && more === true };
}

const refusal = (status: number, code: string, message: string): AdminAnswer => ({
  status,
  body: { error: { code, message } },
});
