/** `/_dataloaf/*` on the gateway: requests of scripts and tests to the stack itself. */
import { messageOf } from '@dataloaf/core/errors';
import type { AdminAnswer, AdminHandler } from '../aws/gateway.ts';
import { parseDuration } from '../duration.ts';
import { assertFaultRules, type Faults } from '../faults.ts';
import { StackError } from '../stack-error.ts';
import { type LoadPorts, loadNow } from './load-now.ts';

/** Actions of the stack that the admin requests trigger. */
export interface AdminPorts extends LoadPorts {
  /** Resolves when everything that became due has finished. */
  advance(ms: number): Promise<void>;
  now(): Date;
  status(): Promise<Readonly<Record<string, unknown>>>;
  readonly faults: Faults;
}

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
        return { status: 200, body: await loadNow(this.#ports) };
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
        return refusal(404, 'not_found', `Unknown admin request: ${request.method} ${request.path}.`);
    }
  }

  async #flush(): Promise<AdminAnswer> {
    try {
      return { status: 200, body: { objects: await this.#ports.flush() } };
    } catch (error) {
      return refusal(500, 'flush_failed', messageOf(error));
    }
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
      if (!(error instanceof StackError)) throw error;
      return refusal(400, error.code, error.message);
    }
  }
}

const refusal = (status: number, code: string, message: string): AdminAnswer => ({
  status,
  body: { error: { code, message } },
});
