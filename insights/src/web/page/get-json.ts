/** One request to our own server. Returns its answer, or what to show to the person. */
import type { ErrorAnswer } from '@dataloaf/core/api';

export interface Failure {
  readonly message: string;
  readonly hint: string | undefined;
}
export type Got<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly failure: Failure };

export type GetJson = <Answer>(path: string, signal?: AbortSignal) => Promise<Got<Answer>>;

/** Server and page are built together, so the page trusts an answer to have the type that `query/` declares. */
export const getJson: GetJson = async <Answer>(path: string, signal?: AbortSignal): Promise<Got<Answer>> => {
  try {
    const response = await fetch(path, signal === undefined ? {} : { signal });
    const body: unknown = await response.json();
    return response.ok
      ? { ok: true, answer: body as Answer }
      : { ok: false, failure: failureOf(body as Partial<ErrorAnswer>) };
  } catch {
    // No connection, no JSON, or aborted by us, in which case nobody looks at the result.
    return {
      ok: false,
      failure: { message: 'Cannot reach the Insights server.', hint: 'Check that it is still running.' },
    };
  }
};

function failureOf({ error }: Partial<ErrorAnswer>): Failure {
  return { message: error?.message ?? 'Insights returned an error without a message.', hint: error?.hint };
}
