/** One request to our own server: the answer, or what to tell the person. */
import type { ErrorAnswer } from '@dataloaf/core/api';

export interface Failure {
  readonly message: string;
  readonly hint: string | undefined;
}
export type Got<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly failure: Failure };

/** The server and this page are built together, so its answers are trusted to have the shape of `query/answers.ts`. */
export async function getJson<Answer>(path: string, signal?: AbortSignal): Promise<Got<Answer>> {
  try {
    const response = await fetch(path, signal === undefined ? {} : { signal });
    const body: unknown = await response.json();
    return response.ok
      ? { ok: true, answer: body as Answer }
      : { ok: false, failure: failureOf(body as Partial<ErrorAnswer>) };
  } catch {
    // No connection, no JSON, or given up by us, in which case nobody looks at the answer.
    return { ok: false, failure: { message: 'Insights cannot be reached.', hint: 'Is its server still running?' } };
  }
}

function failureOf({ error }: Partial<ErrorAnswer>): Failure {
  return { message: error?.message ?? 'Insights gave no reason.', hint: error?.hint };
}
