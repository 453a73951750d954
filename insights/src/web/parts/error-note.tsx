/** Shown in place of the result when a query failed. */
import type { Failure } from '../page/get-json.ts';

interface ErrorNoteProps {
  readonly failure: Failure;
  readonly retry: () => void;
  /** False when the same query would fail again. */
  readonly canRetry: boolean;
}

export function ErrorNote({ failure, retry, canRetry }: ErrorNoteProps) {
  return (
    <div class="card note error" role="alert">
      <h2>This query failed</h2>
      <p>{failure.message}</p>
      {failure.hint === undefined ? null : <p class="hint">{failure.hint}</p>}
      {canRetry ? (
        <button type="button" onClick={retry}>
          Try again
        </button>
      ) : null}
      <a href="/">Start over</a>
    </div>
  );
}
