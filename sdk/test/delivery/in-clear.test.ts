import { describe, expect, it } from 'vitest';
import { isInClear } from '../../src/delivery/in-clear.ts';

describe('an http endpoint', () => {
  it.each([
    'http://127.0.0.1:8080',
    'http://127.1.2.3',
    'http://localhost:3000/base',
    'http://LOCALHOST',
    'http://api.localhost',
    'http://[::1]:8080',
    'http://[::ffff:127.0.0.1]',
    'https://api.example.com',
  ])('%s sends nothing in clear over a network', (url) => {
    expect(isInClear(new URL(url))).toBe(false);
  });

  it.each([
    'http://api.example.com',
    'http://api',
    'http://10.0.0.5:8080',
    'http://[fe80::1]',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://notlocalhost',
  ])('%s sends the key in clear over a network', (url) => {
    expect(isInClear(new URL(url))).toBe(true);
  });
});
