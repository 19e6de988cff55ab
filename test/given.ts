/** Given past events, when this is heard, these are said: one actor alone, driven as the core drives it. No test itself. */
import { createActor, type AnyActorLogic } from 'xstate';
import { stages, type Stages } from '../actors/wiring.ts';
import { loadConfig } from '../config.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event, EventType, Said } from '../events/event.ts';
import type { GuardFact, GuardId } from '../events/guard.ts';
import type { FillRecorded } from '../events/inventory.ts';
import type { MarketObserved, MarketRead } from '../events/market.ts';
import type { OrderBrought } from '../events/session.ts';
import type { Reducer } from '../machines/reducer.ts';
import type { Settings } from '../machines/settings.ts';

export const settings: Settings = loadConfig({ env: {}, set: [] }).effective;
export const configured = (...set: readonly string[]): Settings =>
  loadConfig({ env: {}, set }).effective;

export type Subject = Readonly<{
  /** One turn at that time: all of it is heard, then decided on; what was said. */
  turn: (at: number, ...events: readonly Event[]) => readonly Said[];
  state: () => unknown;
}>;

/** Only what it listens to reaches it, as in the core. */
export const thing = <State>(reducer: Reducer<State>): Subject => {
  let { initial: state } = reducer;
  const row = numbered();
  return {
    turn: (at, ...events) => {
      const said: Said[] = [];
      const say = (event: Said): void => void said.push(event);
      const rows = events.map((event) => row(at, event));
      const heard = rows.filter(({ event }) => reducer.hears.includes(event.type));
      for (const one of heard) state = reducer.on(state, one, say);
      const [input] = rows;
      if (heard.length > 0 && input && reducer.decide) state = reducer.decide(state, input, say);
      return said;
    },
    state: () => state,
  };
};

export const chart = (logic: AnyActorLogic, hears: readonly EventType[]): Subject => {
  const actor = createActor(logic);
  let said: Said[] = [];
  let failure: unknown;
  actor.subscribe({ error: (error) => (failure = error) });
  actor.on('*', (event: Said) => void said.push(event));
  actor.start();
  const row = numbered();
  return {
    turn: (at, ...events) => {
      said = [];
      for (const event of events) {
        const heard = row(at, event);
        if (hears.includes(event.type)) actor.send({ type: event.type, heard });
        if (failure !== undefined) throw failure;
      }
      return said;
    },
    state: () => actor.getSnapshot().value,
  };
};

const numbered = () => {
  let seq = 0;
  return (at: number, event: Event): Recorded<Event> => {
    seq += 1;
    return { seq, turn: seq, at, kind: 'input', actor: 'world', v: 1, cause: 0, event };
  };
};

export const types = (said: readonly Said[]): readonly string[] => said.map(({ type }) => type);

/** The one answer of that type, or undefined. More than one is a broken test. */
export const only = <T extends Said['type']>(
  said: readonly Said[],
  type: T,
): Extract<Said, { type: T }> | undefined => {
  const found = said.filter((event): event is Extract<Said, { type: T }> => event.type === type);
  if (found.length > 1) throw new Error(`${type} was said ${found.length} times`);
  return found[0];
};

/** What a guard assessed in a turn. */
export const fact = (said: readonly Said[]): GuardFact => {
  const assessed = only(said, 'guard.assessed');
  if (!assessed) throw new Error('the guard assessed nothing');
  return assessed.fact;
};

export const quiet: GuardFact = {
  trip: false,
  release: 'neither',
  condition: null,
  operands: {},
  toTrip: null,
  toRelease: null,
};

export const evaluated = (
  tick: number,
  facts: Readonly<Partial<Record<GuardId, Partial<GuardFact>>>>,
): Event => ({
  type: 'guards.evaluated',
  tick,
  facts: Object.fromEntries(
    Object.entries(facts).map(([id, given]) => [id, { ...quiet, ...given }]),
  ),
});

/** A tick's market; without more a calm one at a mid of 1.42. */
export const observed = (tick: number, given: Partial<MarketObserved> = {}): MarketObserved => ({
  type: 'market.observed',
  tick,
  ledger: 100 + tick,
  closeTime: 4 * tick,
  bestBid: '1.4197',
  bestAsk: '1.4203',
  mid: '1.42',
  amm: '1.42',
  anchorErrorBps: 0,
  missing: null,
  ...given,
});

export const blind: Partial<MarketObserved> = {
  bestBid: null,
  bestAsk: null,
  mid: null,
  amm: null,
  anchorErrorBps: null,
  missing: 'no_read',
};

export const fill = (closeTime: number, given: Partial<FillRecorded> = {}): FillRecorded => ({
  type: 'fill.recorded',
  hash: `FILL-${closeTime}-${given.side ?? 'buy'}`,
  order: null,
  offerSequence: 7,
  side: 'buy',
  role: 'maker',
  drops: '10000000',
  rlusd: '14.2',
  price: '1.42',
  mid: '1.42',
  spreadBps: 0,
  spreadPnl: '0',
  ledger: 100,
  closeTime,
  late: false,
  ...given,
});

export const holding = (drops: string, rlusd: string): Event => ({
  type: 'inventory.changed',
  why: 'opened',
  deltaDrops: '0',
  deltaRlusd: '0',
  balances: {
    drops,
    rlusd,
    fillsDrops: drops,
    fillsRlusd: rlusd,
    overlayDrops: '0',
    overlayRlusd: '0',
  },
  wac: null,
});

export const closed = (index: number, closeTime: number): Event => ({
  type: 'ledger.closed',
  index,
  hash: `LEDGER-${index}`,
  closeTime,
  baseFeeDrops: 10,
});

/** A planned end. */
export const halt: Event = {
  type: 'halt',
  reason: 'duration_elapsed',
  source: 'session',
  detail: '',
  event: 1,
  standing: [],
};

export const token = { currency: '524C555344000000000000000000000000000000', issuer: 'rIssuer' };
export const account = 'rEngine';

/** A read at one validated ledger, in which all is well. */
export const read = (index: number, given: Partial<MarketRead> = {}): MarketRead => ({
  type: 'market.read',
  ledger: { index, closeTime: index * 4 },
  bids: [{ price: '1.4197', drops: '1000000000', rlusd: '1419.7', own: false }],
  asks: [{ price: '1.4203', drops: '1000000000', rlusd: '1420.3', own: false }],
  amm: {
    drops: '1000000000000',
    rlusd: '1420000',
    feeHundredThousandths: 1000,
    frozen: false,
  },
  account: { drops: '69400000', sequence: 20, ownerCount: 1, flags: 0 },
  line: { rlusd: '98.55', limit: '1000000', frozen: false, deepFrozen: false },
  offers: [],
  issuer: { flags: 0, transferRate: null, tickSize: null },
  server: {
    state: 'full',
    completeLedgers: '1-100000',
    loadFactor: 1,
    amendmentBlocked: false,
    networkId: 0,
    reserveBaseDrops: '1000000',
    reserveIncrementDrops: '200000',
  },
  fee: { baseDrops: '10', openLedgerDrops: '10' },
  ...given,
});

export const opened: Extract<Event, { type: 'session.opened' }> = {
  type: 'session.opened',
  uuid: '3f2a9c01-0000-4000-8000-000000000000',
  parent: null,
  build: 'test',
  versions: {},
  network: 'sandbox',
  networkId: 0,
  account,
  ...token,
  config: { layers: {}, effective: {} },
  plannedSeconds: 3600,
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

/** An order that an earlier session left resting. */
export const resting: OrderBrought = {
  id: 'old-1',
  side: 'buy',
  sequence: 7,
  drops: '10000000',
  rlusd: '14.2',
  price: '1.42',
  state: 'resting',
  hash: 'H7',
  blob: 'B',
  lastLedger: 90,
  expiration: 460,
};

/** The core's own stages, and every actor hears all that it listens to when it is said. */
export const sparingNobody: Stages = (rules) =>
  stages(rules).map((stage) => ({
    ...stage,
    parts: stage.parts.map((part) => ({ ...part, isStill: null })),
  }));
