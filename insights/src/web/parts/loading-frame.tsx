/** The frame of a result. While the next answer loads, the old content stays, dimmed. */
import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

/** Cached answers arrive sooner. Announcing those would only flash. */
const ANNOUNCE_MS = 400;

interface LoadingFrameProps {
  readonly isLoading: boolean;
  readonly children: ComponentChildren;
}

export function LoadingFrame({ isLoading, children }: LoadingFrameProps) {
  const isSlow = useSignal(false);
  useEffect(() => {
    isSlow.value = false;
    if (!isLoading) return;
    const timer = setTimeout(() => {
      isSlow.value = true;
    }, ANNOUNCE_MS);
    return () => clearTimeout(timer);
  }, [isLoading, isSlow]);
  return (
    <section class="result" aria-label="Result" aria-busy={isLoading}>
      <p class="progress" aria-live="polite">
        {isLoading && isSlow.value ? <span>Running the query …</span> : null}
      </p>
      <div class={isLoading ? 'stale' : ''}>{children}</div>
    </section>
  );
}
