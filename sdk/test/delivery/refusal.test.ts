import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../src/delivery/refusal.ts';

const BASE = 'https://new.example.com/base';

const strange = (status: number, location?: string, route = '/v1/events') =>
  refusalOf({ status, pauseMs: undefined, location, body: undefined }, { route });

describe('refusal', () => {
  it.each([301, 302, 303, 307, 308])('names where a %i leads, and the endpoint to set', (status) => {
    const refusal = strange(status, `${BASE}/v1/events`);

    expect(refusal.got).toBe(`a redirect (HTTP ${status}) with Location ${BASE}/v1/events`);
    expect(refusal.hint).toContain(`Set \`endpoint\` to ${BASE}.`);
  });

  it('does not take a page to log in for the API', () => {
    const refusal = strange(302, 'https://login.example.com/start');

    expect(refusal.got).toContain('https://login.example.com/start');
    expect(refusal.hint).toContain('Redirects are not followed');
    expect(refusal.hint).not.toContain('Set `endpoint`');
  });

  it('has one cause for the redirects of all routes, and another one for another place', () => {
    const causes = [
      strange(308, `${BASE}/v1/events`),
      strange(308, `${BASE}/v1/users`, '/v1/users'),
      strange(308, 'https://third.example.com/v1/events'),
      strange(307, `${BASE}/v1/events`),
      strange(302, 'https://login.example.com/start/1'),
      strange(302, 'https://login.example.com/start/2'),
    ].map(({ cause }) => cause);

    expect(causes[1]).toBe(causes[0]);
    expect(causes[5]).toBe(causes[4]);
    expect(new Set(causes).size).toBe(4);
  });

  it.each([
    [300, 'without Location'],
    [304, 'without Location'],
    [400, 'https port'],
    [401, 'password'],
    [402, 'Check `endpoint`'],
    [403, 'Let requests to /v1/ pass'],
    [404, 'Set `endpoint`'],
    [405, 'POST and PATCH'],
    [407, 'HTTPS_PROXY'],
    [410, 'Set `endpoint`'],
    [413, 'client_max_body_size'],
    [415, 'Content-Encoding'],
    [418, 'Check `endpoint`'],
  ])('says what to do about HTTP %i', (status, words) => {
    const { got, hint } = strange(status);

    expect(got).toContain(`HTTP ${status}`);
    expect(`${got} ${hint}`).toContain(words);
  });

  it('repeats what the API says, and what to do about it', () => {
    const error = { code: 'key_unknown', message: 'Unknown key.' } as const;

    const refusal = refusalOf({ status: 401, pauseMs: undefined, body: undefined }, { error, route: '/v1/events' });

    expect(refusal.got).toBe('HTTP 401 key_unknown: Unknown key.');
    expect(refusal.hint).toContain('serverKey');
  });
});
