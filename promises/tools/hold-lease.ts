/**
 * A merge function that stops in the middle of a direct merge, prints a line, and waits to be killed: it has the lease, and
 * its transaction is not submitted (`before`), or is, without the lease saying so (`after`).
 */
import type { Warehouse } from '@dataloaf/core/warehouse/warehouse';
import { aMergeFunction, anOperation, type MergeFacts } from './merge-function.ts';

const [facts = '', moment] = process.argv.slice(2);
const target: MergeFacts = JSON.parse(facts);

const stopAtSubmit = (warehouse: Warehouse): Warehouse => ({
  ...warehouse,
  async submit(transaction) {
    if (moment === 'after') await warehouse.submit(transaction);
    process.stdout.write('held\n');
    return await new Promise<string>(() => {
      setInterval(() => undefined, 60_000);
    });
  },
});

await aMergeFunction(target, { around: stopAtSubmit }).apply([anOperation('killed')]);
