import { describe, expect, it } from 'vitest';
import { ALL_EVENTS } from '../../../src/query/model/trend.ts';
import { createExploreState } from '../../../src/web/explore/explore-state.ts';
import { aTrendAnswer, fakeGetJson } from '../../builders.ts';

function setUp(search = '') {
  const http = fakeGetJson();
  const address = { search, listener: (): void => undefined };
  let eventLoads = 0;
  const state = createExploreState({
    getJson: http.getJson,
    address: {
      read: () => address.search,
      push: (pushed) => {
        address.search = pushed;
      },
      onChange: (listener) => {
        address.listener = listener;
      },
    },
    loadEvents: async () => {
      eventLoads += 1;
    },
  });
  state.start();
  return { state, http, address, eventLoads: () => eventLoads };
}

describe('the state of Explore', () => {
  it('begins with the query in the address', async () => {
    const { state, http, eventLoads } = setUp('?event=purchase&period=7d');

    await http.respond(aTrendAnswer({ end: 3 }));

    expect(http.paths).toEqual(['/api/query?event=purchase&period=7d']);
    expect(eventLoads()).toBe(1);
    expect([state.answer.value?.end, state.isLoading.value]).toEqual([3, false]);
  });

  it('writes a change to the address and keeps the old answer until the new one arrives', async () => {
    const { state, http, address } = setUp();
    await http.respond(aTrendAnswer({ end: 3 }));

    state.change({ series: [{ ...ALL_EVENTS, measure: { kind: 'users' } }] });

    expect(address.search).toBe('measure=users');
    expect([state.answer.value?.end, state.isLoading.value]).toEqual([3, true]);
    expect(state.shown()).toBeUndefined();
  });

  it('drops the answer of a query that a newer one has replaced', async () => {
    const { state, http } = setUp();

    state.change({ series: [{ ...ALL_EVENTS, measure: { kind: 'users' } }] });
    await http.respond(aTrendAnswer({ end: 1 }));
    await http.respond(aTrendAnswer({ end: 2 }));

    expect(http.aborted).toEqual([true, false]);
    expect(state.answer.value?.end).toBe(2);
  });

  it('follows the back button', async () => {
    const { state, http, address } = setUp('?period=7d');

    address.search = '?period=30d';
    address.listener();

    expect(state.query.value.period).toEqual({ kind: 'last', span: { count: 30, unit: 'day' } });
    expect(http.paths.at(-1)).toBe('/api/query?period=30d');
  });

  it('shows the reason and sends nothing when the address is not a valid query', () => {
    const { state, http } = setUp('?by=fortnight');

    expect(state.failure.value).toEqual({
      message: 'This link is not a valid query.',
      hint: 'Expected "by" to be one of hour, day, week, month, year.',
    });
    expect(http.paths).toEqual([]);
  });

  it('shows the period that the server chose when none was chosen', async () => {
    const { state, http } = setUp();

    await http.respond(aTrendAnswer({ query: 'period=all' }));

    expect(state.period.value).toEqual({ kind: 'all' });
  });

  it('shows no answer as current after a failure, until a retry succeeds', async () => {
    const { state, http } = setUp();

    await http.fail({ message: 'down', hint: undefined });
    const afterFailure = state.shown();
    state.retry();
    await http.respond(aTrendAnswer({ load_id: 7 }));

    expect(afterFailure).toBeUndefined();
    expect(state.failure.value).toBeUndefined();
    expect(state.shown()).toMatchObject({ load_id: 7 });
  });
});
