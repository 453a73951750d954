import diagnostics from 'node:diagnostics_channel';
import pino from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { acceptAll, apiError } from '../tools/api-server.ts';
import { aClient, anApi } from '../tools/test-client.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const each of undo.splice(0)) each();
});

function listen(name: string): unknown[] {
  const messages: unknown[] = [];
  const listener = (message: unknown): void => void messages.push(message);
  diagnostics.subscribe(name, listener);
  undo.push(() => diagnostics.unsubscribe(name, listener));
  return messages;
}

describe('diagnostics', () => {
  it('report captured, sent, delivered and dropped items to tracing tools', async () => {
    const names = ['captured', 'request', 'delivered', 'dropped'] as const;
    const [captured, request, delivered, dropped] = names.map((name) => listen(`dataloaf:${name}`));
    const api = await anApi((seen, count) => (count === 1 ? apiError(503, 'busy') : acceptAll(seen)));
    const { client } = aClient({ endpoint: api.endpoint });

    const { id } = client.createEvent({ name: 'paid', userId: 'u1', attributes: { secret: 'x' } });
    client.createEvent({ name: '', userId: 'u1' });
    await client.flush();

    expect(captured).toEqual([{ id, kind: 'event' }]);
    expect(dropped).toMatchObject([{ kind: 'event', reason: 'invalid', code: 'name_invalid' }]);
    expect(request).toMatchObject([
      { path: '/v1/events', items: 1, status: 503 },
      { path: '/v1/events', items: 1, status: 200 },
    ]);
    expect(delivered).toEqual([{ count: 1 }]);
    expect(JSON.stringify([captured, request, delivered, dropped])).not.toContain('secret');
  });

  it('mark our lines in the caller’s log', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    const { client } = aClient({ endpoint: 'http://127.0.0.1:9', logger });

    client.createEvent({ name: '', userId: 'u1' });

    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ component: 'dataloaf', msg: 'item dropped' }]);
  });
});
