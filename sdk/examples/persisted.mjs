/** Waits until the event is safe on disk, for example before it responds to a customer. */
import { DataLoaf } from '@dataloaf/sdk';

const analytics = new DataLoaf({ durability: 'fsync' });

const { id, persisted } = analytics.createEvent({ name: 'contract_signed', userId: 'u1' });
console.log(id, await persisted);

analytics.updateUser('u1', { plan: 'pro' }, { unset: ['trial_ends'], increment: { contracts: 1 } });
await analytics.shutdown();
