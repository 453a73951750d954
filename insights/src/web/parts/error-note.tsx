/** Shown in place of the result when a query failed. */
import type { Failure } from '../page/get-json.ts';

interface ErrorNoteProps {
  readonly failure: Failure;
  readonly retry: () => void;
}

export function ErrorNote({ failure, retry }: ErrorNoteProps) {
  return (
    <div class="card note error" role="alert">
      <h2>This query failed</h2>
      <p>{failure.message}</p>
      {failure.hint === undefined ? null : <p class="hint">{failure.hint}</p>}
      <button type="button" onClick={retry}>
        Try again
      </button>{' '}
      <a href="/">Start over</a>
    </div>
  );
}
