/** A wallet's owner in a sandbox with faults, whose timers run when the test says that time has passed. */
import type { Json } from '../../ledger/transport.ts';
import { createFaults, type Faults } from '../../sandbox/faults/faults.ts';
import type { FaultName } from '../../sandbox/faults/names.ts';
import { createLink } from '../../sandbox/link.ts';
import { accountFrom, type Signed } from '../../sandbox/traders/keys.ts';
import { ownerOf, startMs, type Owner } from './wallet.ts';

export { startMs };

export type TroubledOwner = Owner &
  Readonly<{
    faults: Faults;
    signed: (fields: Json) => Signed;
    /** Lets so many milliseconds pass, a second at a time, with what falls due in them. */
    later: (ms: number) => Promise<void>;
  }>;

export const troubledOwner = async (names: readonly FaultName[] = []): Promise<TroubledOwner> => {
  const time = { now: startMs };
  const faults = createFaults({ seed: 1, names, clock: { now: () => time.now } });
  let timers: { at: number; fn: () => void }[] = [];
  const owner = await ownerOf({ clock: { now: () => time.now }, faults }, time, (node) =>
    createLink(node, {
      faults,
      setTimer: (ms, fn) => timers.push({ at: time.now + ms, fn }),
    }),
  );
  const key = accountFrom(owner.sandbox.seed);
  return {
    ...owner,
    faults,
    signed: (fields) =>
      key.sign({ Account: owner.sandbox.address, Fee: '10', Flags: 0, ...fields }),
    later: async (ms) => {
      const end = time.now + ms;
      for (;;) {
        for (let turn = 0; turn < 20; turn += 1) await null;
        const [next] = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (!next) break;
        timers = timers.filter((timer) => timer !== next);
        time.now = Math.max(time.now, next.at);
        next.fn();
      }
      time.now = end;
    },
  };
};
