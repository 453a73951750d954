/** An item or object that cannot be stored or loaded is kept or named with its reason, and the rest goes on. */
import { gzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { createS3Client } from '@dataloaf/localstack/aws/clients';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anEvent, startTestStack, type TestStack } from './tools/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack.stop());

const rowsOf = (id: unknown) =>
  stack.sql('SELECT event_name, user_id, event_attributes FROM dataloaf.events WHERE event_id = $1', [id]);

it('a wrong item is answered with its reason and kept, and the others are accepted', async () => {
  const good = anEvent();

  const answer = await stack.sendEvents([anEvent({ user_id: '' }), good, anEvent({ amount: 1 })]);

  expect(answer).toMatchObject({
    status: 200,
    body: {
      accepted: 1,
      rejected: [
        { index: 0, code: 'user_id_invalid' },
        { index: 2, code: 'field_unknown' },
      ],
    },
  });
  const { buckets } = (await stack.admin.status()) as { buckets: { name: string }[] };
  expect(buckets.map(({ name }) => name)).toContain(stack.facts.buckets.events);
});

it('items that Firehose keeps refusing are named in the answer, so the client sends them again', async () => {
  const events = Array.from({ length: 3 }, () => anEvent({ event_attributes: { filler: 'x'.repeat(6_000) } }));
  stack.admin.faults.add([{ kind: 'firehose_refuses', records: 1, times: 5 }]);

  const answer = await stack.sendEvents(events);
  const again = await stack.sendEvents(
    events.filter((_, index) => answer.body.retry.some((one: { index: number }) => one.index === index)),
  );

  expect(answer).toMatchObject({
    status: 503,
    body: { accepted: 2, retry: [{ index: 0, id: events[0]?.['event_id'] }] },
  });
  expect(again.body).toEqual({ accepted: 1, rejected: [] });
});

it('an object that COPY refuses is parked with its reason while the rest load', async () => {
  const event = anEvent();
  const s3 = createS3Client(stack.facts.aws);
  const prefix = 'data/v1/events/dt=2026-01-01/hr=00/';
  const bad = {
    'not-gzip.gz': Buffer.from('{}'),
    'bad-json.gz': gzipSync('{"event_id":"x"\n'),
    'null.gz': gzipSync('{"event_id":"x"}\n'),
  };
  for (const [name, body] of Object.entries(bad)) {
    await s3.send(new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key: `${prefix}${name}`, Body: body }));
  }
  // Older than any instant that the loader still lists, unless it has seen nothing yet: listed by hand of a fresh state.
  await s3.send(
    new PutObjectCommand({ Bucket: stack.facts.buckets.events, Key: 'state/last-tick.json', Body: 'null' }),
  );

  await stack.sendEvents([event]);
  const answer = await stack.load();
  const next = await stack.load();

  expect(answer.outcome).toBe('parked');
  expect((await rowsOf(event['event_id'])).length).toBe(1);
  const parked = await stack.sql(
    "SELECT object_uri, reason FROM dataloaf.load_files WHERE outcome = 'parked' ORDER BY 1",
  );
  expect(parked.map(({ object_uri: uri }) => String(uri).split('/').at(-1))).toEqual([
    'bad-json.gz',
    'not-gzip.gz',
    'null.gz',
  ]);
  expect(parked.every(({ reason }) => typeof reason === 'string' && reason.length > 10)).toBe(true);
  expect(next.outcome).toBe('nothing_new');
});

it('rejected items are kept with their reason before the answer', async () => {
  const s3 = createS3Client(stack.facts.aws);
  const bucket = stack.facts.buckets.events;
  const marker = `marker-${Date.now()}`;

  await stack.sendEvents([anEvent({ event_name: '', event_attributes: { marker } })]);

  const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'rejected/' }));
  const texts = await Promise.all(
    objects.map(async ({ Key }) =>
      (await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToString(),
    ),
  );
  const kept = texts.find((text) => text?.includes(marker));
  expect(JSON.parse(kept ?? 'null')).toMatchObject({ index: 0, code: 'name_invalid', item: { event_name: '' } });
});

it('when rejected items cannot be kept, nothing is stored and the client is asked to retry', async () => {
  const good = anEvent();
  stack.admin.faults.add([{ kind: 's3_fails', operation: 'PutObject', key: 'rejected/', times: 3 }]);

  const answer = await stack.sendEvents([good, anEvent({ event_name: '' })]);
  const again = await stack.sendEvents([good, anEvent({ event_name: '' })]);
  await stack.load();

  expect(answer).toMatchObject({ status: 503, body: { error: { code: 'rejects_not_kept' } } });
  expect(again).toMatchObject({ status: 200, body: { accepted: 1, rejected: [{ index: 1 }] } });
  const rows = await stack.sql('SELECT 1 FROM dataloaf.events WHERE event_id = $1', [good['event_id']]);
  expect(rows.length).toBe(1);
});
