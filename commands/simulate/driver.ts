/** The market of a simulated session: a walk of prices, takers, races and transfers, ledger by ledger, all from the seed. */
import type { Input } from '../../events/event.ts';
import { parseXrp } from '../../ledger/drops.ts';
import type { Script } from '../../sandbox/script.ts';
import { draw } from './plan.ts';

export type Driver = Readonly<{
  /** Moves the world for the next ledger; `post` reaches a running session. Nothing is transferred where it is to be calm. */
  before: (post: (input: Input) => void, isCalm: boolean) => void;
}>;

/** What a draw is about; each has a stream of its own. */
const matters = {
  walk: 1,
  jump: 2,
  spread: 3,
  basis: 4,
  gap: 5,
  take: 6,
  race: 7,
  transfer: 8,
  move: 9,
};

const middle = 1.42;
const moveChance = 0.25;
const calmMoveBps = 6;
const jumpChance = 0.02;
const jumpBps = 60;
const gapChance = 0.01;
const takeChance = 0.12;
const raceChance = 0.04;
const transferChance = 0.003;
/** Each payment out needs a ticket; more could not be seen as transactions. As many come in, so that the wallet stays what it is. */
export const withdrawalsMost = 6;

export const createDriver = (seed: number, script: Script): Driver => {
  let ledger = 0;
  let mid = middle;
  let transfers = 0;

  const next = (matter: keyof typeof matters, part = 0): number =>
    draw(seed, matters[matter], ledger, part);
  const price = (value: number): string => value.toFixed(6);

  const market = (): void => {
    if (ledger > 1 && next('move') >= moveChance) return;
    const isJump = next('jump') < jumpChance;
    const most = isJump ? jumpBps : calmMoveBps;
    const pull = ((middle - mid) / middle) * 100;
    mid *= 1 + ((next('walk') * 2 - 1) * most + pull) / 1e4;
    const half = (1 + next('spread') * 6) / 1e4;
    const basis = ((next('basis') * 2 - 1) * 6) / 1e4;
    const gap = next('gap');
    script.market({
      bid: gap < gapChance ? null : price(mid * (1 - half)),
      ask: gap > 1 - gapChance ? null : price(mid * (1 + half)),
      amm: price(mid * (1 + basis)),
    });
  };

  const side = (matter: 'take' | 'race'): 'buy' | 'sell' =>
    next(matter, 1) < 0.5 ? 'buy' : 'sell';

  const transfer = (post: (input: Input) => void): void => {
    if (transfers === 2 * withdrawalsMost) return;
    const isOut = transfers % 2 === 1;
    transfers += 1;
    const size = (0.1 + next('transfer', 2) * 2).toFixed(2);
    const signed = isOut ? `-${size}` : size;
    const isXrp = next('transfer', 3) < 0.5;
    const change = { xrp: isXrp ? signed : '0', rlusd: isXrp ? '0' : signed };
    if (next('transfer', 4) < 0.6) {
      const drops = String(parseXrp(change.xrp) ?? 0n);
      post({ type: 'operator.capital', drops, rlusd: change.rlusd, note: 'simulated' });
    }
    script.transfer(change);
  };

  return {
    before: (post, isCalm) => {
      ledger += 1;
      market();
      if (next('take') < takeChance) {
        const part = next('take', 2);
        script.take(side('take'), part < 0.5 ? '1' : (0.2 + part / 2).toFixed(3));
      }
      if (next('race') < raceChance) script.race(side('race'));
      if (!isCalm && next('transfer') < transferChance) transfer(post);
    },
  };
};
