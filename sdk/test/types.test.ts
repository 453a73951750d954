import { describe, expect, it } from 'vitest';
import { DataLoaf } from '../src/index.ts';

interface Events {
  readonly order_completed: { readonly total: number; readonly currency?: 'EUR' | 'USD' };
  readonly page_viewed: { readonly path?: string };
}
interface User {
  readonly plan?: 'free' | 'pro';
  readonly logins?: number;
}

describe('types', () => {
  it('make a wrong name or attribute a compile error', async () => {
    const client = new DataLoaf<Events, User>({ disabled: true, sampling: { page_viewed: 0.5 } });

    client.createEvent({ name: 'order_completed', userId: 'u1', attributes: { total: 1, currency: 'EUR' } });
    client.createEvent({ name: 'page_viewed', userId: 'u1' });
    client.createUser('u1', { plan: 'free' });
    client.updateUser('u1', { plan: null }, { unset: ['plan'], increment: { logins: 1 } });
    // @ts-expect-error no such event
    client.createEvent({ name: 'order_complete', userId: 'u1' });
    // @ts-expect-error attributes are required
    client.createEvent({ name: 'order_completed', userId: 'u1' });
    // @ts-expect-error no such currency
    client.createEvent({ name: 'order_completed', userId: 'u1', attributes: { total: 1, currency: 'GBP' } });
    // @ts-expect-error no such attribute
    client.createEvent({ name: 'page_viewed', userId: 'u1', attributes: { title: 'x' } });
    // @ts-expect-error no such plan
    client.createUser('u1', { plan: 'gold' });
    // @ts-expect-error not a number
    client.updateUser('u1', {}, { increment: { plan: 1 } });
    // @ts-expect-error no such attribute
    client.updateUser('u1', {}, { unset: ['email'] });
    // @ts-expect-error no such event
    new DataLoaf<Events>({ disabled: true, sampling: { page_view: 0.5 } });

    expect(client.stats().captured).toBe(0);
  });

  it('take any name and JSON attributes without an event map', () => {
    const client = new DataLoaf({ disabled: true });

    client.createEvent({ name: 'anything', userId: 'u1', attributes: { deep: [{ a: 1 }] } });
    client.updateUser('u1', { plan: 'pro' }, { increment: { logins: 1 }, unset: ['trial'] });

    expect(client.stats().mode).toBe('disabled');
  });
});
