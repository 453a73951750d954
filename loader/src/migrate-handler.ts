/** The migrate Lambda: runs after each deploy, and at each start of the local stack. Wiring only. */
import { type MigrateResult, migrate } from './migrate.ts';
import { wireLoader } from './wire-loader.ts';

const { ports } = wireLoader('migrate');

export async function handler(): Promise<MigrateResult> {
  const result = await migrate(ports);
  ports.log.info(result, 'warehouse migrated');
  return result;
}
