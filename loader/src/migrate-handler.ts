/** The migrate Lambda: run after each deploy, and at each start of the local stack. Wiring only. */
import { type MigrateAnswer, migrate } from './migrate.ts';
import { createLoaderParts } from './parts.ts';

const parts = createLoaderParts('migrate');

export async function handler(): Promise<MigrateAnswer> {
  const answer = await migrate(parts);
  parts.log.info(answer, 'warehouse migrated');
  return answer;
}
