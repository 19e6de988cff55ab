/**
 * A session of the real core under a scripted market, without a ledger: every intent is withheld, and fills are put in as the
 * reconciler would say them. For tests of what is told about a session; no test itself.
 */
import { createCore } from '../actors/core.ts';
import { loadConfig } from '../config.ts';
import { dataText } from '../actors/log/chain.ts';
import type { Recorded, Written } from '../events/envelope.ts';
import type { Event, Input } from '../events/event.ts';
import type { Outline } from '../events/outline.ts';
import type { FillRecorded } from '../events/inventory.ts';
import type { MarketRead } from '../events/market.ts';
import type { SessionOpened } from '../events/session.ts';
import type { Side } from '../events/order.ts';
import { ledgerSeconds } from '../ledger/time.ts';
import {
  createListener,
  explanation,
  toldOf,
  type Explanation,
} from '../projections/explanation.ts';
import type { Lineage } from '../projections/lineage.ts';
import { withoutEvidence } from './log-sample.ts';

export const start = Date.UTC(2026, 3, 20, 18, 58);
const account = 'rEngineEngineEngineEngineEngine';

export type Script = Readonly<{
  profile?: string;
  set?: readonly string[];
  seconds: number;
  /** What the pool is priced at t seconds after the start, the book standing at 1.41972 and 1.42028; null: no book. */
  amm: (t: number) => number | null;
  wallet?: Readonly<{ drops: string; rlusd: string }>;
  fills?: readonly Readonly<{ t: number; side: Side }>[];
  inputs?: readonly Readonly<{ t: number; input: Input }>[];
  /** The process is gone from here on; the next start comes this many seconds later. */
  crash?: Readonly<{ t: number; silentSeconds: number }>;
}>;

/** What neo explain tells of these rows. */
export const explain = (rows: readonly Recorded<Event>[]): Explanation => {
  const listener = createListener();
  for (const row of rows) listener.take(withoutEvidence(row) as Recorded<Outline>);
  const heard = listener.heard();
  const about = { session: 42, lastHash: '', isWritten: true };
  return explanation(heard, lineageIn(rows, toldOf(heard)), about);
};

/** As a log reads it: what is asked for and what led to that, and nothing else. */
export const lineageIn = (rows: readonly Recorded<Event>[], seqs: Iterable<number>): Lineage => {
  const found = new Map<number, Recorded<Event>>();
  for (const seq of seqs) {
    let row = rows[seq - 1];
    while (row && !found.has(row.seq)) {
      found.set(row.seq, row);
      row = row.kind === 'input' ? undefined : rows[row.cause - 1];
    }
  }
  return found;
};

/** As the log stores it. */
export const written = ({ event, ...row }: Recorded<Event>): Written => ({
  ...row,
  type: event.type,
  data: dataText(event),
});

export const play = (script: Script): readonly Recorded<Event>[] => {
  const { effective, layers } = loadConfig({
    profile: script.profile ?? 'default',
    env: {},
    set: script.set ?? [],
  });
  const core = createCore(effective);
  const rows: Recorded<Event>[] = [];
  const post = (t: number, input: Event): void => {
    const turn = core.turn(input as Input, start + t * 1000);
    rows.push(...turn);
    for (const { seq, event } of turn) {
      if (event.type === 'order.submit' || event.type === 'order.cancel') {
        const { sequence } = event;
        post(t, { type: 'intent.withheld', intent: seq, sequence, why: 'no ledger' });
      }
    }
  };
  const wallet = script.wallet ?? { drops: '69400000', rlusd: '98.55' };
  post(-1, { ...opened, config: { layers, effective }, plannedSeconds: script.seconds } as Event);
  post(-1, { type: 'gateway.up', endpoint: 'ws://ledger', networkId: 0 });
  post(-1, { type: 'gateway.synced', from: 100, to: 100 });
  const interval = effective.engine.tick_interval_seconds;
  const isOver = (): boolean => rows.some(({ event }) => event.type === 'session.ended');
  const isHalted = (): boolean => rows.some(({ event }) => event.type === 'halt');
  const due = [...(script.fills ?? []).map(asInput), ...(script.inputs ?? [])].toSorted(
    (a, b) => a.t - b.t,
  );
  for (let tick = 0; tick < 10_000 && !isOver(); tick += 1) {
    const t = isHalted() ? tick * interval : Math.min(tick * interval, script.seconds);
    if (script.crash && t >= script.crash.t) {
      const { silentSeconds } = script.crash;
      const silentMs = silentSeconds * 1000;
      post(t - interval + silentSeconds, { type: 'session.closed_by_next', uuid: '', silentMs });
      break;
    }
    while (due[0] && due[0].t <= t) post(t, due.shift()?.input as Input);
    post(t, closed(100 + tick, t));
    post(t, read(100 + tick, t, script.amm(t), wallet));
    if (isHalted()) post(t, { type: 'time.due', subject: 'closing' });
    else if (t >= script.seconds) post(script.seconds, { type: 'time.due', subject: 'end' });
    else post(t, { type: 'tick', index: tick });
  }
  return rows;
};

export const opened: Omit<SessionOpened, 'config' | 'plannedSeconds'> = {
  type: 'session.opened',
  uuid: '3f2a9c01-0000-4000-8000-000000000000',
  parent: null,
  build: 'test',
  versions: {},
  network: 'sandbox',
  networkId: 0,
  account,
  issuer: 'rIssuer',
  currency: '524C555344000000000000000000000000000000',
  worstCase: { rlusd: '78', seconds: 60 },
  cancelForeign: false,
  override: null,
  brought: {
    inventory: null,
    orders: [],
    coveredLedger: null,
    booked: [],
    expired: [],
    signed: [],
    killLatched: null,
    driftUnacknowledged: null,
    issuer: null,
  },
};

const closed = (index: number, t: number): Event => ({
  type: 'ledger.closed',
  index,
  hash: `ledger-${index}`,
  closeTime: ledgerSeconds(start + t * 1000),
  baseFeeDrops: 10,
});

const read = (
  index: number,
  t: number,
  amm: number | null,
  wallet: Readonly<{ drops: string; rlusd: string }>,
): MarketRead => {
  const level = (price: string) => ({ price, drops: '1000000000', rlusd: '1420', own: false });
  return {
    type: 'market.read',
    ledger: { index, closeTime: ledgerSeconds(start + t * 1000) },
    bids: amm === null ? [] : [level('1.41972')],
    asks: amm === null ? [] : [level('1.42028')],
    amm:
      amm === null
        ? null
        : {
            drops: '1000000000000',
            rlusd: String(Math.round(amm * 1e6)),
            feeHundredThousandths: 1000,
            frozen: false,
          },
    account: { drops: wallet.drops, sequence: 5, ownerCount: 1, flags: 0 },
    line: { rlusd: wallet.rlusd, limit: '1000000', frozen: false, deepFrozen: false },
    offers: [],
    issuer: { flags: 0, transferRate: null, tickSize: null },
    server: {
      state: 'full',
      completeLedgers: '1-1000',
      loadFactor: 1,
      amendmentBlocked: false,
      networkId: 0,
      reserveBaseDrops: '1000000',
      reserveIncrementDrops: '200000',
    },
    fee: { baseDrops: '10', openLedgerDrops: '10' },
  };
};

const asInput = ({ t, side }: Readonly<{ t: number; side: Side }>) => {
  const closeTime = ledgerSeconds(start + t * 1000);
  const price = side === 'buy' ? '1.41858' : '1.42199';
  const fill: FillRecorded = {
    type: 'fill.recorded',
    hash: `${side}-${t}`.toUpperCase(),
    order: null,
    offerSequence: 5,
    side,
    role: 'maker',
    drops: '10000000',
    rlusd: side === 'buy' ? '14.1858' : '14.2199',
    price,
    mid: '1.42',
    spreadBps: side === 'buy' ? 10 : 14,
    spreadPnl: side === 'buy' ? '0.0142' : '0.0199',
    ledger: 100 + Math.floor(t / 4),
    closeTime,
    late: false,
  };
  return { t, input: fill as unknown as Input };
};
