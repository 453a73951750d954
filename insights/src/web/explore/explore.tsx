/** Explore: the query builder on the left, a drawer on phones, and the Result window on the right. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { subjectName } from '../words/measures.ts';
import { formatPeriodLabel } from '../words/periods.ts';
import { Builder } from './builder/builder.tsx';
import type { ExploreProps } from './explore-state.ts';
import { Result } from './result.tsx';
import { Toolbar } from './toolbar.tsx';

/** The width from which both fit beside each other; the same as in `styles/explore.css`. */
const WIDE = '(min-width: 900px)';

export function Explore({ state, events }: ExploreProps) {
  useSignalEffect(() => {
    const names = state.query.value.series.map(subjectName).join(', ');
    document.title = `${names}, ${formatPeriodLabel(state.period.value).toLowerCase()} – DataLoaf`;
  });
  return (
    <>
      <h1 class="unseen">Explore</h1>
      <div class="explore">
        <Drawer title={state.query.value.series.map(subjectName).join(', ')}>
          <Builder state={state} events={events} />
        </Drawer>
        <section class="window" aria-label="Result window">
          <Toolbar state={state} />
          <Result state={state} events={events} />
        </section>
      </div>
    </>
  );
}

interface DrawerProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** Always open where there is room. On phones it opens by its title. */
function Drawer({ title, children }: DrawerProps) {
  const isWide = useSignal(matchMedia(WIDE).matches);
  const isOpen = useSignal(false);
  useEffect(() => {
    const media = matchMedia(WIDE);
    const follow = (): void => {
      isWide.value = media.matches;
    };
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [isWide]);
  return (
    <details
      class="drawer"
      aria-label="Query builder"
      open={isWide.value || isOpen.value}
      onToggle={(event) => {
        if (!isWide.value) isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>
        <span class="label">Query builder</span> {title}
      </summary>
      {children}
    </details>
  );
}
