/**
 * Calls `end` when the launcher (`launch.mjs`) ends, even when it was killed and could not pass on a signal: the channel
 * to it closes. Without a launcher there is no channel, and nothing happens.
 */
export function endWithLauncher(end: () => void): void {
  // The launcher was killed before this line: the event has passed.
  if (process.connected === false) end();
  if (process.connected !== true) return;
  process.once('disconnect', end);
  process.channel?.unref();
}
