/**
 * The look at the market before a tick. After a pause of the process the servers' news lie unheard: a read that begins before they
 * are heard is of before the pause, and hears them. So what a pause has met, in a read or before it, is read anew.
 */

/** On a machine that pauses again and again a tick waits for no more. */
const readsMost = 4;

/**
 * `read` waits for much less than `lateMs`, after which a look at the clock that follows another one is of after a pause; `due` is
 * when the first one was to begin.
 */
export const readFresh = async (
  now: () => number,
  read: () => Promise<void>,
  due: number,
  lateMs: number,
): Promise<void> => {
  let before = due;
  for (let reads = 0; reads < readsMost; reads += 1) {
    const begun = now();
    await read();
    if (begun - before < lateMs && now() - begun < lateMs) return;
    before = begun;
  }
};
