/** Runs the migrate function and waits for it. It has the rights that the loader lacks. */
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { WarehouseError } from '@dataloaf/core/errors';

/** Starts of the function's error that a log line shows. */
const REASON_CHARS_MAX = 500;

/** @throws WarehouseError when it fails */
export async function invokeMigrate(lambda: LambdaClient, functionName: string): Promise<void> {
  const { FunctionError: failed, Payload: payload } = await lambda.send(
    new InvokeCommand({ FunctionName: functionName, Payload: '{}' }),
  );
  if (failed === undefined) return;
  const reason = Buffer.from(payload ?? [])
    .toString('utf8')
    .slice(0, REASON_CHARS_MAX);
  throw new WarehouseError('migration_failed', `Expected ${functionName} to migrate the warehouse, got: ${reason}`, {
    isRetryable: true,
  });
}
