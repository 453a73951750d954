import http from 'node:http';
import https from 'node:https';
import { ConfigError } from '@dataloaf/core/errors';
import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../src/client/options.ts';
import type { DataLoafOptions } from '../../src/types.ts';

const none = { endpoint: undefined, serverKey: undefined };
const good = { endpoint: 'https://api.example.com/base', serverKey: 'dl_s_abc' };
const messageFor = (options: unknown): string => {
  try {
    resolveOptions(options as DataLoafOptions, none);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
};

describe('options', () => {
  it('has the defaults of the README', () => {
    expect(resolveOptions({}, good)).toMatchObject({
      dir: './.dataloaf-journal',
      durability: 'os',
      flushAt: 500,
      flushInterval: 1_000,
      maxBatchBytes: 1_000_000,
      maxInFlight: 4,
      retry: { minDelay: 250, maxDelay: 60_000 },
      maxMemoryBytes: 33_554_432,
      maxDiskBytes: 1_073_741_824,
      overflow: 'drop-newest',
      disabled: false,
    });
  });

  it('prefers an option to its environment variable', () => {
    expect(resolveOptions({ serverKey: 'dl_s_option' }, good).serverKey).toBe('dl_s_option');
  });

  it.each([
    [{ flushAt: 0 }, 'option "flushAt" must be a whole number from 1 to 500, got 0'],
    [{ flushAt: '5' }, 'option "flushAt" must be a whole number from 1 to 500, got "5"'],
    [{ durability: 'safe' }, 'option "durability" must be one of os, fsync, memory, got "safe"'],
    [
      { retry: { minDelay: 500, maxDelay: 100 } },
      'option "retry.maxDelay" must be a whole number from 500 to 3600000, got 100',
    ],
    [{ sampling: { seen: 2 } }, 'option "sampling.seen" must be a number from 0 to 1, got 2'],
    [{ beforeSend: 'f' }, 'option "beforeSend" must be a function or an array of functions, got "f"'],
    [{ redact: ['a..b'] }, 'option "redact" must be an array of dotted paths, got "a..b"'],
    [{ onDrop: 1 }, 'option "onDrop" must be a function, got 1'],
    [{ logger: {} }, 'option "logger" must be a pino logger (debug, info, warn, error), got an object'],
    [{ writeKey: 'x' }, 'option "writeKey" is not a DataLoaf option; remove it or fix the spelling'],
    [{ endpoint: 'ftp://x' }, 'option "endpoint" must be an http or https URL'],
    [{ dir: '' }, 'option "dir" must be a folder path, got ""'],
  ])('refuses %j with option, rule and value', (options, message) => {
    expect(messageFor({ ...good, ...options })).toContain(message);
  });

  it('names all problems at once', () => {
    const message = messageFor({ flushAt: 0, maxInFlight: 0 });

    for (const name of ['endpoint', 'serverKey', 'flushAt', 'maxInFlight']) expect(message).toContain(`"${name}"`);
  });

  it.each([
    ['dl_s_abc\n', 'a key with a newline at the end; remove it'],
    ['dl_s_abc\r\n', 'a key with a newline at the end; remove it'],
    ['\ndl_s_abc', 'a key with a newline at the beginning; remove it'],
    [' dl_s_abc ', 'a key with a blank at the beginning and the end; remove it'],
    ['\ufeffdl_s_abc', 'a key with a blank at the beginning; remove it'],
    ['"dl_s_abc"', 'a key in quotes; remove them'],
    ["'dl_s_abc'\n", 'a key in quotes; remove them'],
    ['Bearer dl_s_abc', 'a key after "Bearer"; remove that word'],
    ['dl_b_abc\n', 'a browser key'],
    ['dl_s_a\nbc', 'another string of 9 characters with a newline inside'],
    ['', 'an empty string'],
    ['\n', 'a string of blanks'],
    [`dl_s_${'a'.repeat(200)}`, 'another string of 205 characters'],
  ])('says what is wrong with the key %j, and shows none of it', (serverKey, words) => {
    const message = messageFor({ ...good, serverKey });

    expect(message).toContain(`got ${words}`);
    expect(message).not.toContain('abc');
  });

  it('takes an agent of any library for the protocol of the endpoint', () => {
    const ofBoth = {
      addRequest: () => undefined,
      get protocol() {
        return 'http:';
      },
    };

    expect(messageFor({ ...good, agent: new https.Agent() })).toBe('');
    expect(messageFor({ ...good, endpoint: 'http://127.0.0.1', agent: new http.Agent() })).toBe('');
    expect(messageFor({ ...good, agent: ofBoth })).toBe('');
    expect(messageFor({ ...good, agent: new http.Agent() })).toContain(
      'option "agent" must be an https.Agent, because the endpoint is https:, got one for http:',
    );
    expect(messageFor({ ...good, agent: 'http://proxy' })).toContain('got "http://proxy"');
  });

  it('never shows a key or a password', () => {
    const message = messageFor({ endpoint: 'https://me:hunter2@api.example.com', serverKey: 'dl_b_secret' });

    expect(message).toContain('got a browser key');
    expect(message).not.toMatch(/hunter2|secret/);
  });
});
