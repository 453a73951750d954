/** Repeats a request while somebody sees the page: polling from a hidden page would keep a serverless warehouse awake. */
const POLL_MS = 15_000;

/** Calls now, every 15 seconds and whenever the page becomes visible, but only while it is visible. */
export function pollWhileVisible(load: () => Promise<void>): void {
  const loadIfVisible = (): void => {
    if (!document.hidden) void load();
  };
  loadIfVisible();
  setInterval(loadIfVisible, POLL_MS);
  document.addEventListener('visibilitychange', loadIfVisible);
}
