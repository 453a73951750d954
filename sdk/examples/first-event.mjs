// The README's example: while `npm run local` runs, with DATALOAF_ENDPOINT and DATALOAF_SERVER_KEY as it prints them.
import { DataLoaf } from '@dataloaf/sdk';

const analytics = new DataLoaf(); // DATALOAF_ENDPOINT and DATALOAF_SERVER_KEY
analytics.createUser('u2', { plan: 'free', city: 'Oslo' });
analytics.createEvent({ name: 'order_completed', userId: 'u2', attributes: { total: 30, currency: 'EUR' } });
analytics.updateUser('u2', { plan: 'pro' }, { increment: { orders: 1 } });
console.log(await analytics.shutdown());
