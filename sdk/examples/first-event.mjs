// The example of the repository's README. Start `npm run local` and set the two variables that it prints.
import { DataLoaf } from '@dataloaf/sdk';

const analytics = new DataLoaf(); // DATALOAF_ENDPOINT and DATALOAF_SERVER_KEY
analytics.createUser('u2', { plan: 'free', city: 'Oslo' });
analytics.createEvent({ name: 'order_completed', userId: 'u2', attributes: { total: 30, currency: 'EUR' } });
analytics.updateUser('u2', { plan: 'pro' }, { increment: { orders: 1 } });
console.log(await analytics.shutdown());
