import { expect, it } from 'vitest';
import { mergeStatements } from '../src/merge-statements.ts';

const SOURCE = {
  mergeId: '0190a0a0-0000-7000-8000-000000000001',
  uri: 's3://dl-events/direct/0190a0a0-0000-7000-8000-000000000001.ndjson',
  roleArn: 'arn:aws:iam::000000000000:role/copy',
};

it('consists of exactly these statements', () => {
  const printed = mergeStatements(SOURCE).map(({ name, text }) => `-- ${name}\n${text};`);

  expect(printed.join('\n\n')).toMatchSnapshot();
});

it('takes the mutex first and writes its row of the ledger last', () => {
  const names = mergeStatements(SOURCE).map(({ name }) => name);

  expect([names[0], names.at(-1)]).toEqual(['lock_mutex', 'insert_load_batch']);
});

it('writes to no table of events', () => {
  const writes = mergeStatements(SOURCE).filter(({ text }) => /^(INSERT|UPDATE|DELETE)/.test(text));

  expect(writes.filter(({ text }) => /dataloaf\.event/.test(text))).toEqual([]);
});

it('reads only the object of this merge, so that it can run again with the same result', () => {
  const copies = mergeStatements(SOURCE).filter(({ text }) => text.startsWith('COPY'));

  expect(copies).toHaveLength(1);
  expect(copies[0]?.text).toContain(`'${SOURCE.uri}'`);
});
