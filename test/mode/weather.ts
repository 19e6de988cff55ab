/** A random world for the whole core, from a seed: regimes of the pool, holes in the book, fills, lost connections, a wallet that disagrees, an issuer that freezes. No test itself. */
import { createCore, type Core } from '../../actors/core.ts';
import type { Stages } from '../../actors/wiring.ts';
import type { Configuration } from '../../config.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event, Input } from '../../events/event.ts';
import type { Side } from '../../events/order.ts';
import { closed, fill, opened, read } from '../given.ts';

type Row = Recorded<Event>;

/** Numbers that look drawn and are the same in every run. */
export const drawn = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
};

const intervalMs = 4000;

/** The rows of a session of so many ticks, or until it halts; `onTick` hears each tick's turn. */
export const weather = (
  { effective, layers }: Configuration,
  seed: number,
  ticks: number,
  onTick: (core: Core, rows: readonly Row[]) => void = () => undefined,
  stages?: Stages,
): readonly Row[] => {
  const draw = drawn(seed);
  const core = createCore(effective, stages ? { stages } : {});
  const rows: Row[] = [];
  const post = (tick: number, input: Event): readonly Row[] => {
    const turn = core.turn(input as Input, tick * intervalMs);
    rows.push(...turn);
    for (const { seq, event } of turn) {
      if (event.type !== 'order.submit' && event.type !== 'order.cancel') continue;
      post(tick, {
        type: 'intent.withheld',
        intent: seq,
        sequence: event.sequence,
        why: 'weather',
      });
    }
    return turn;
  };
  const held = { drops: 69_400_000n, rlusd: 98.55 };
  let biasBps = 0;
  let down = 0;
  let frozen = false;
  let stolen = 0n;
  let index = 100;
  const read_ = (tick: number): Event => {
    const hole = draw();
    const mid = 1.42;
    const amm = String(Math.round(mid * (1 + (biasBps + 4 * draw() - 2) / 10_000) * 1e9));
    const given = read(index);
    return {
      ...given,
      ledger: { index, closeTime: tick * 4 },
      bids: hole < 0.02 ? [] : given.bids,
      asks:
        hole > 0.98 ? [] : hole > 0.96 ? [{ ...given.bids[0], own: false } as never] : given.asks,
      amm:
        hole > 0.4 && hole < 0.43
          ? null
          : ({ ...given.amm, drops: '1000000000000000', rlusd: amm } as never),
      account: { ...given.account, drops: String(held.drops - stolen) },
      line: { rlusd: held.rlusd.toFixed(2), limit: '1000000', frozen, deepFrozen: false },
    };
  };
  post(0, { ...opened, config: { layers, effective } } as never);
  post(0, { type: 'gateway.up', endpoint: 'ws://weather', networkId: 0 });
  post(0, closed(index, 0));
  post(0, read_(0));
  post(0, { type: 'gateway.synced', from: 100, to: 100 });
  for (let tick = 0; tick < ticks; tick += 1) {
    if (draw() < 0.02) biasBps = [0, 0, 0, 7, -7, 12][Math.floor(draw() * 6)] ?? 0;
    if (draw() < 0.01) frozen = !frozen;
    if (draw() < 0.01) stolen = stolen === 0n ? 6_000_000n : 0n;
    if (down === 0 && draw() < 0.01) {
      down = 1 + Math.floor(draw() * 5);
      post(tick, { type: 'gateway.down', endpoint: 'ws://weather', why: 'weather' });
    } else if (down > 0) {
      down -= 1;
      if (down === 0) {
        post(tick, { type: 'gateway.up', endpoint: 'ws://weather', networkId: 0 });
        post(tick, { type: 'gateway.synced', from: index, to: index });
      }
    }
    if (down === 0) {
      index += 1;
      post(tick, closed(index, tick * 4));
      const side: Side = draw() < 0.5 ? 'buy' : 'sell';
      if (draw() < 0.03) {
        const sign = side === 'buy' ? 1 : -1;
        post(tick, fill(tick * 4, { side, hash: `F${tick}`, ledger: index }));
        held.drops += BigInt(sign) * 10_000_000n;
        held.rlusd -= sign * 14.2;
      }
      const misses = draw() < 0.03;
      post(
        tick,
        misses ? { type: 'read.failed', code: 'noAnswer', message: 'weather' } : read_(tick),
      );
    }
    const turn = post(tick, { type: 'tick', index: tick });
    onTick(core, turn);
    if (turn.some(({ event }) => event.type === 'halt')) break;
  }
  return rows;
};
