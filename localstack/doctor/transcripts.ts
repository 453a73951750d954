/** The folder of committed transcripts. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json } from '@dataloaf/loader/doctor/json';
import { parseTranscript, renderTranscript, type Transcript, transcriptName } from '@dataloaf/loader/doctor/transcript';

export const TRANSCRIPTS = fileURLToPath(new URL('../../loader/docs/transcripts', import.meta.url));

export interface NamedTranscript {
  readonly file: string;
  readonly transcript: Transcript;
}

/** @throws StorageError for a file that is no transcript */
export async function readTranscripts(dir: string): Promise<readonly NamedTranscript[]> {
  const files = (await readdir(dir)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (file) => ({ file, transcript: parseTranscript(await readFile(join(dir, file), 'utf8'), file) })),
  );
}

/** What the stand-in's transcript has, by check. Empty while there is none. */
export async function readStandIn(dir: string): Promise<ReadonlyMap<string, Json>> {
  const found = (await readTranscripts(dir)).find(({ transcript }) => transcript.target === 'stand-in');
  return new Map((found?.transcript.checks ?? []).map(({ id, observed }) => [id, observed]));
}

/** Returns the path of the file. */
export async function writeTranscript(dir: string, transcript: Transcript): Promise<string> {
  await mkdir(dir, { recursive: true });
  const file = join(dir, transcriptName(transcript));
  await writeFile(file, renderTranscript(transcript));
  return file;
}
