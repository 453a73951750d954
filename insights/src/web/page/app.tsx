/** The frame around every page: the top bar with the freshness, and the view below it. */
import type { ComponentChildren } from 'preact';
import { FreshnessNote } from './freshness-note.tsx';
import type { PageState } from './page-state.ts';

interface AppProps {
  readonly page: PageState;
  readonly children: ComponentChildren;
}

export function App({ page, children }: AppProps) {
  return (
    <>
      <header class="top">
        <a class="wordmark" href="/" aria-label="DataLoaf home">
          <img src="/favicon.svg" alt="" width="28" height="28" />
          <span>
            Data<b>Loaf</b>
          </span>
        </a>
        <FreshnessNote freshness={page.freshness} />
      </header>
      <main>{children}</main>
    </>
  );
}
