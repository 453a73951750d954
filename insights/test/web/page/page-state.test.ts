import { describe, expect, it } from 'vitest';
import { createPageState } from '../../../src/web/page/page-state.ts';
import { aFreshness, fakeGetJson } from '../../builders.ts';

const FAILED = { message: 'down', hint: undefined };

function setUp() {
  const http = fakeGetJson();
  let poll = async (): Promise<void> => undefined;
  const page = createPageState({
    getJson: http.getJson,
    poll: (load) => {
      poll = load;
    },
  });
  let reloads = 0;
  page.start({
    shown: () => undefined,
    reload: () => {
      reloads += 1;
    },
  });
  return {
    page,
    http,
    reloads: () => reloads,
    /** One poll, to which the server responds. */
    async poll(respond: () => Promise<void>) {
      const polled = poll();
      await respond();
      await polled;
    },
  };
}

describe('the state of the page', () => {
  it('reloads view and event names after a new load', async () => {
    const { http, poll, reloads } = setUp();

    await poll(() => http.respond(aFreshness({ load_id: 1 })));
    await poll(() => http.respond(aFreshness({ load_id: 2 })));

    expect(reloads()).toBe(1);
    expect(http.paths).toEqual(['/api/freshness', '/api/freshness', '/api/events']);
  });

  it('has an unknown freshness after a failed poll, and reloads nothing', async () => {
    const { page, http, poll, reloads } = setUp();

    await poll(() => http.respond(aFreshness({ load_id: 1 })));
    await poll(() => http.fail(FAILED));

    expect(page.freshness.value).toBeNull();
    expect(reloads()).toBe(0);
  });

  it('keeps the event names when reading them again fails', async () => {
    const { page, http } = setUp();
    const answer = { events: [{ name: 'purchase', count: 3 }], more: false };

    const first = page.loadEvents();
    await http.respond(answer);
    await first;
    const second = page.loadEvents();
    await http.fail(FAILED);
    await second;

    expect(page.events.value).toEqual(answer);
  });
});
