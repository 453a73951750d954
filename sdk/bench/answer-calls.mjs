/** The child's side of `child.ts`: each call names a function and gets one reply. Ends with its parent. */
export function answerCalls(doers) {
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ id, what, ...details }) => {
    try {
      process.send({ id, answer: await doers[what](details) });
    } catch (error) {
      process.send({ id, error: String(error) });
    }
  });
}
