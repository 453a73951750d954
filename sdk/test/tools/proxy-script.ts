/** Captures one event and prints the result of a shutdown with the timeout of the environment. */
import { DataLoaf } from '../../src/client/client.ts';

const client = new DataLoaf({ dir: process.env['TEST_DIR'] });
client.createEvent({ name: 'paid', userId: 'u1' });
process.stdout.write(JSON.stringify(await client.shutdown({ timeout: Number(process.env['TEST_TIMEOUT']) })));
