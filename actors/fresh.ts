/**
 * The look at the ledger before a tick, or before an end is judged. After a pause of the process the servers' news lie unheard, and a read
 * that waited meanwhile is of before it. So what a pause has met, in a read or before it, is read anew once they are heard.
 */

/** On a machine that pauses again and again nobody waits for more. */
const readsMost = 4;

/** What lies in the sockets has been read. */
const heard = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * `read` waits for much less than `lateMs`, after which a look at the clock that follows another one is of after a pause; `due` is
 * when the first one was to begin. Of two reads that no pause has met the second is of now: the first may be one that waited.
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
    await heard();
  }
};
