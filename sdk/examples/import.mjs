/** Imports old orders. Their own ids make a second run harmless; whenWritable() keeps memory and disk bounded. */
import { DataLoaf } from '@dataloaf/sdk';

const analytics = new DataLoaf();

for (let order = 1; order <= 100_000; order += 1) {
  await analytics.whenWritable();
  analytics.createEvent({
    id: `order-${order}`,
    name: 'order_completed',
    userId: `u${order % 1_000}`,
    timestamp: Date.UTC(2025, 0, 1) + order * 60_000,
    attributes: { total: order % 100, currency: 'EUR' },
  });
}

console.log(await analytics.shutdown({ timeout: 60_000 }));
