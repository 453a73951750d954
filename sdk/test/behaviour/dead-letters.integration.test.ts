import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { idOfItem, type Responder, type SeenItem } from '../tools/api-server.ts';
import { aClient, aDisk, anApi, diskError, until } from '../tools/test-client.ts';

const filesOf = (dir: string): string[] => {
  const folder = path.join(dir, 'dead-letter');
  return fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : [];
};
const linesOf = (dir: string): string[] =>
  filesOf(dir).flatMap((file) => fs.readFileSync(file, 'utf8').split('\n').slice(0, -1));

/** Rejects the events that `codeOf` has a code for. */
function rejecting(codeOf: (item: SeenItem) => string | undefined): Responder {
  return ({ items }) => {
    const rejected = items.flatMap((item, index) => {
      const code = codeOf(item);
      return code === undefined ? [] : [{ index, id: idOfItem(item), code, message: 'as the test wants' }];
    });
    return { status: 200, body: { accepted: items.length - rejected.length, rejected } };
  };
}

const byName = ({ event_name: name }: SeenItem): string | undefined => (name === 'fine' ? undefined : name);

async function anApiThatRejected(names: readonly string[]) {
  const api = await anApi(rejecting(byName));
  const { client, dir } = aClient({ endpoint: api.endpoint });
  const ids = names.map((name) => client.createEvent({ name, userId: 'u1', attributes: { total: 1.5 } }).id);
  await client.flush();
  await until(() => linesOf(dir).length === names.filter((name) => name !== 'fine').length);
  return { api, client, dir, ids };
}

describe('resendDeadLetters', () => {
  it('delivers rejected items once their reason is gone, with the same ids and bytes, and empties the folder', async () => {
    const { api, client, dir, ids } = await anApiThatRejected(['name_invalid', 'fine', 'id_invalid']);
    const [first] = api.requests;
    api.respond = () => undefined;

    const result = await client.resendDeadLetters();
    await client.flush();

    expect(result).toEqual({ resent: 2, kept: 0 });
    expect(api.accepted.map(idOfItem).sort()).toEqual([...ids].sort());
    expect(api.requests.at(-1)?.items).toEqual([first?.items[0], first?.items[2]]);
    expect(filesOf(dir)).toEqual([]);
  });

  it('takes the files of earlier processes, and of one that ended while it resent', async () => {
    const { api, client, dir, ids } = await anApiThatRejected(['name_invalid']);
    await client.shutdown();
    const [file = ''] = filesOf(dir);
    fs.renameSync(file, `${file}.0000.resend`);
    api.respond = () => undefined;
    const next = aClient({ endpoint: api.endpoint, dir }).client;

    const result = await next.resendDeadLetters();
    await next.flush();

    expect(result).toEqual({ resent: 1, kept: 0 });
    expect(api.accepted.map(idOfItem)).toEqual(ids);
    expect(filesOf(dir)).toEqual([]);
  });

  it('sends an item whose reason still holds once, and keeps it again', async () => {
    const { api, client, dir } = await anApiThatRejected(['name_invalid']);
    const requests = api.requests.length;

    const result = await client.resendDeadLetters();
    await client.flush();

    expect(result).toEqual({ resent: 1, kept: 0 });
    expect(api.requests).toHaveLength(requests + 1);
    expect(client.stats().dropped.rejected).toBe(2);
    expect(linesOf(dir)).toHaveLength(1);
  });

  it('sends only items of the given codes, and keeps the others and lines that it cannot read', async () => {
    const { api, client, dir } = await anApiThatRejected(['name_invalid', 'id_invalid']);
    const before = linesOf(dir);
    fs.appendFileSync(filesOf(dir)[0] ?? '', '{"kind":"event","item":{"event_id":"half\n');
    api.respond = () => undefined;

    const result = await client.resendDeadLetters({ codes: ['name_invalid'] });
    await client.flush();

    expect(result).toEqual({ resent: 1, kept: 2 });
    expect(api.accepted).toHaveLength(1);
    expect(linesOf(dir)).toEqual([before[1], '{"kind":"event","item":{"event_id":"half']);
  });

  it('leaves the files of other endpoints and keys alone', async () => {
    const { api, dir } = await anApiThatRejected(['name_invalid']);
    const other = aClient({ endpoint: api.endpoint, dir, serverKey: 'dl_s_other' }).client;

    const result = await other.resendDeadLetters();

    expect(result).toEqual({ resent: 0, kept: 0 });
    expect(linesOf(dir)).toHaveLength(1);
  });

  it('keeps the lines while the disk cannot take the items', async () => {
    const { api, client, dir } = await anApiThatRejected(['name_invalid', 'id_invalid']);
    await client.shutdown();
    api.respond = () => undefined;
    const refuse = (): never => {
      throw diskError('ENOSPC');
    };
    const disk = aDisk({ createSync: refuse });
    const next = aClient({ endpoint: api.endpoint, dir }, { disk }).client;

    const result = await next.resendDeadLetters();
    await next.flush();

    expect(result).toEqual({ resent: 0, kept: 2 });
    expect(linesOf(dir)).toHaveLength(2);
    expect(api.accepted).toHaveLength(2);
  });

  it('resolves at once without a folder, when disabled, and after shutdown', async () => {
    const { client } = aClient({ endpoint: (await anApi()).endpoint });
    const none = { resent: 0, kept: 0 };

    expect(await client.resendDeadLetters()).toEqual(none);
    expect(await aClient({ disabled: true }).client.resendDeadLetters()).toEqual(none);
    await client.shutdown();
    expect(await client.resendDeadLetters()).toEqual(none);
  });
});
