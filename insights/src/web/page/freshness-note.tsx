/** "loaded up to 06:16:03 UTC", how long ago that was, and a warning when loads are late or objects are parked. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { FreshnessAnswer } from '../../query/answer/freshness.ts';
import { formatAge, formatClock, formatInstant } from '../words/times.ts';

/** Loads run every three minutes, so two were missed. */
const LATE_MS = 420_000;

export function FreshnessNote({
  freshness,
}: {
  readonly freshness: ReadonlySignal<FreshnessAnswer | null | undefined>;
}) {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1_000);
    return () => clearInterval(timer);
  }, [now]);

  const note = describe(freshness.value, now.value);
  return (
    <p class={`freshness ${note.state}`} title={note.title}>
      <span class="dot" aria-hidden="true" />
      <span>
        {note.text}
        {note.age === '' ? null : <span class="age"> · {note.age}</span>}
        {note.warning === '' ? null : <strong> · {note.warning}</strong>}
      </span>
    </p>
  );
}

interface Note {
  readonly state: 'fresh' | 'late' | 'unknown';
  readonly text: string;
  readonly age: string;
  readonly warning: string;
  readonly title: string;
}

function describe(freshness: FreshnessAnswer | null | undefined, now: number): Note {
  const quiet = { age: '', warning: '', title: '' };
  if (freshness === undefined) return { ...quiet, state: 'unknown', text: 'loaded up to …' };
  if (freshness === null) return { ...quiet, state: 'late', text: 'freshness unknown' };
  if (freshness.loaded_up_to === null) return { ...quiet, state: 'unknown', text: 'nothing loaded yet' };
  const loadedUpTo = Date.parse(freshness.loaded_up_to);
  const isLate = now - loadedUpTo > LATE_MS;
  return {
    state: isLate || freshness.parked > 0 ? 'late' : 'fresh',
    text: `loaded up to ${formatClock(loadedUpTo)} UTC`,
    age: formatAge(Math.max(0, now - loadedUpTo)),
    warning: freshness.parked > 0 ? `${freshness.parked} parked` : '',
    title: titleOf(freshness, loadedUpTo),
  };
}

function titleOf({ checked_at, load_id, parked }: FreshnessAnswer, loadedUpTo: number): string {
  const lines = [`Everything that arrived before ${formatInstant(loadedUpTo)} is loaded.`];
  if (checked_at !== null) lines.push(`Last checked ${formatInstant(Date.parse(checked_at))}.`);
  if (load_id !== null) lines.push(`Latest load: ${load_id}.`);
  if (parked > 0) lines.push(`Objects that could not be loaded: ${parked}. Run "dataloaf status" to list them.`);
  return lines.join('\n');
}
