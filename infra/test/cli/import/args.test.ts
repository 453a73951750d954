import { describe, expect, it } from 'vitest';
import { parseImportArgs } from '../../../src/cli/import/args.ts';

const parse = (...args: readonly string[]) => parseImportArgs(args, '/work');

describe('parseImportArgs', () => {
  it('has a default for everything but the file, the event and the user', () => {
    expect(parse('a.csv', '--event', 'paid', '--user', 'u')).toEqual({
      file: '/work/a.csv',
      mapping: { event: { kind: 'constant', name: 'paid' }, user: 'u', time: undefined, id: undefined },
      format: undefined,
      target: { endpoint: undefined, key: undefined, dir: undefined },
      patienceMs: 30_000,
      mode: 'send',
      output: 'text',
    });
  });

  it('reads every option', () => {
    const mapping = ['--event-column', 'kind', '--user', 'u', '--time', 'at', '--id', 'key'];
    const target = ['--endpoint', 'http://a', '--key', 'k', '--dir', 'd', '--patience', '0.5'];

    expect(parse('-', ...mapping, ...target, '--format', 'NDJSON', '--dry-run', '--json')).toEqual({
      file: '-',
      mapping: { event: { kind: 'column', column: 'kind' }, user: 'u', time: 'at', id: 'key' },
      format: 'ndjson',
      target: { endpoint: 'http://a', key: 'k', dir: 'd' },
      patienceMs: 500,
      mode: 'dry_run',
      output: 'json',
    });
  });

  it.each(['0', '-1', 'soon', '86401'])('refuses a patience of %s', (seconds) => {
    expect(() => parse('a.csv', '--event', 'paid', '--user', 'u', '--patience', seconds)).toThrow(/--patience/);
  });

  it('needs neither an event nor a user with --from, and takes what replaces its fields', () => {
    const plain = parse('a.ndjson', '--from', 'mixpanel').mapping;
    const changed = parse('a.ndjson', '--from', 'GA4', '--user', 'user_pseudo_id', '--event', 'hit').mapping;

    expect(plain).toEqual({ from: 'mixpanel', event: undefined, user: undefined, time: undefined, id: undefined });
    expect(changed).toMatchObject({ from: 'ga4', event: { kind: 'constant', name: 'hit' }, user: 'user_pseudo_id' });
  });

  it.each([
    [['--from', 'matomo'], /mixpanel, amplitude/],
    [['--event', 'a', '--event-column', 'b', '--user', 'u'], /not both/],
    [['--user', 'u'], /--event/],
    [['--event', 'a'], /--user/],
    [['b.csv', '--event', 'a', '--user', 'u'], /b\.csv/],
  ])('refuses %j', (args, message) => {
    expect(() => parse('a.csv', ...args)).toThrow(message);
  });

  it('says how to import several files when it gets several', () => {
    expect(() => parse('a.csv', 'b.csv', '--event', 'a', '--user', 'u')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('for file in') }),
    );
  });
});
