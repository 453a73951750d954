/** The two API keys of a stack. They are created once and shown in the ready line; the Lambdas read their hashes from S3. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createKey, type KeysFile, type StoredKey } from '@dataloaf/core/lambda/keys';
import { KEYS_KEY } from '@dataloaf/core/storage-keys';
import { isObject } from '@dataloaf/core/values/parsed';

export interface StackKeys {
  readonly serverKey: string;
  readonly browserKey: string;
  readonly stored: readonly StoredKey[];
}

const FILE = 'keys.json';

/** @throws when the file exists and cannot be read: other keys would lock every client out */
export async function readOrCreateKeys(dir: string): Promise<StackKeys> {
  const file = join(dir, FILE);
  const present = parseKeys(await readFile(file, 'utf8').catch(emptyIfMissing));
  if (present !== undefined) return present;
  const [server, browser] = [createKey('server'), createKey('browser')];
  const keys: StackKeys = { serverKey: server.key, browserKey: browser.key, stored: [server.stored, browser.stored] };
  // The rename makes it visible as a whole, also when the disk is full or the stack is killed.
  await writeFile(`${file}.new`, JSON.stringify(keys), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return keys;
}

export async function publishKeys(s3: S3Client, bucket: string, keys: StackKeys): Promise<void> {
  const file: KeysFile = { keys: keys.stored };
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: KEYS_KEY, Body: JSON.stringify(file) }));
}

function isStackKeys(value: unknown): value is StackKeys {
  return isObject(value) && typeof value['serverKey'] === 'string' && Array.isArray(value['stored']);
}

function parseKeys(text: string): StackKeys | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isStackKeys(value) ? value : undefined;
  } catch {
    return undefined; // There is none, or a start that wrote it in place was killed.
  }
}

function emptyIfMissing(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
  throw error;
}
