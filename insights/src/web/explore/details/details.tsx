/** Below the result: take it with you, and how it was counted. A chunk of its own, because nobody needs it for the first number. */
import { useSignal } from '@preact/signals';
import type { ExplainAnswer, ExplainedStatement } from '../../../query/answer/explain.ts';
import type { TrendAnswer } from '../../../query/answer/trend.ts';
import { getJson } from '../../page/get-json.ts';
import { formatCount } from '../../words/numbers.ts';
import { DEFINITIONS, sentencesOf } from '../../words/sentence.ts';
import { formatInstant } from '../../words/times.ts';
import { pictureOf, queryOf } from '../picture.ts';
import { csvOf } from './csv.ts';

export function Details({ answer }: { readonly answer: TrendAnswer }) {
  return (
    <>
      <Export answer={answer} />
      <Counted answer={answer} />
    </>
  );
}

function Export({ answer }: { readonly answer: TrendAnswer }) {
  const said = useSignal('');
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    said.value = 'Copied.';
  };
  return (
    <div class="buttons export">
      <button type="button" onClick={() => saveCsv(answer)}>
        Save CSV
      </button>
      <button type="button" onClick={savePng}>
        Save picture
      </button>
      {/* Browsers have no clipboard for pages over plain HTTP from another machine. */}
      {navigator.clipboard === undefined ? null : (
        <button type="button" onClick={() => void copy()}>
          Copy link
        </button>
      )}
      <span aria-live="polite">{said.value}</span>
    </div>
  );
}

function saveCsv(answer: TrendAnswer): void {
  save(new Blob([csvOf(answer, pictureOf(answer))], { type: 'text/csv' }), 'dataloaf.csv');
}

/** The chart as it is drawn, on the color of its card. */
function savePng(): void {
  const drawn = document.querySelector<HTMLCanvasElement>('.plot canvas');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (drawn === null || context === null) return;
  canvas.width = drawn.width;
  canvas.height = drawn.height;
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--card');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawn, 0, 0);
  canvas.toBlob((blob) => {
    if (blob !== null) save(blob, 'dataloaf.png');
  });
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function Counted({ answer }: { readonly answer: TrendAnswer }) {
  const explained = useSignal<{ readonly query: string; readonly got: ExplainAnswer | string } | undefined>(undefined);
  const load = async (isOpen: boolean): Promise<void> => {
    if (!isOpen || explained.peek()?.query === answer.query) return;
    const got = await getJson<ExplainAnswer>(`/api/explain?${answer.query}`);
    explained.value = { query: answer.query, got: got.ok ? got.answer : got.failure.message };
  };
  const current = explained.value?.query === answer.query ? explained.value.got : undefined;
  return (
    <details class="card counted" onToggle={(event) => void load(event.currentTarget.open)} key={answer.query}>
      <summary>How was this counted?</summary>
      {sentencesOf(queryOf(answer)).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <ul>
        {DEFINITIONS.map((definition) => (
          <li key={definition}>{definition}</li>
        ))}
      </ul>
      {current === undefined ? <p>Loading …</p> : null}
      {typeof current === 'string' ? <p class="wrong">{current}</p> : null}
      {typeof current === 'object' ? <Explained answer={current} /> : null}
    </details>
  );
}

function Explained({ answer: { load_id, loaded_up_to, statements } }: { readonly answer: ExplainAnswer }) {
  return (
    <>
      <p>
        {load_id === null ? 'The load is not known.' : `Load ${load_id}.`}{' '}
        {loaded_up_to === null
          ? ''
          : `Everything that arrived before ${formatInstant(Date.parse(loaded_up_to))} is counted.`}
      </p>
      {statements.map((statement) => (
        <StatementView key={statement.name} statement={statement} />
      ))}
    </>
  );
}

function StatementView({ statement }: { readonly statement: ExplainedStatement }) {
  const { name, tables, sql, params, rows, ms } = statement;
  return (
    <section aria-label={name}>
      <p>
        <b>{name}</b>: {formatCount(rows)} {rows === 1 ? 'row' : 'rows'} from {tables.join(', ')}
        {ms === null ? '' : `, ${formatCount(ms)} ms`}
      </p>
      <pre>
        <code>
          {Object.entries(params).map(([param, value]) => `-- :${param} = ${value}\n`)}
          {sql}
        </code>
      </pre>
    </section>
  );
}
