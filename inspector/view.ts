/**
 * What the page shows of one moment, in the words and numbers of the projections: the page places it and computes nothing.
 */
import { guardIds, type GuardId } from '../events/guard.ts';
import { format, toDigits, type Decimal } from '../ledger/decimal.ts';
import { xrpOf } from '../ledger/drops.ts';
import { nearest } from '../ledger/exact.ts';
import type { Episode } from '../projections/episode.ts';
import { guardName } from '../projections/evidence.ts';
import { held, totalAt } from '../projections/inventory.ts';
import type { Moment, Moved, Stage } from '../projections/moment.ts';
import { operandsOf, type Operand } from '../projections/operands.ts';
import { livedUntil } from '../projections/session.ts';
import { fixed, span } from '../projections/wording.ts';
import type { Columns } from './columns.ts';
import { factsOf, type Fact, type Whereabouts } from './facts.ts';
import { headlineOf, type Headline } from './headline.ts';
import type { Thresholds } from '../projections/thresholds.ts';

export type ActorState = Readonly<{ name: string; kind: 'machine' | 'reducer'; state: string }>;

export type Row = Readonly<{ name: string; value: string; strong?: boolean }>;

export type GuardView = Readonly<{
  guard: GuardId;
  /** With the condition that tripped it. */
  name: string;
  enabled: boolean;
  phase: Episode['phase'];
  /** "tripped 1m56s ago, episode 1 of 3". */
  headline: string;
  since: number | null;
  /** What runs out: a deadline, cooling, a release; null where nothing does, and after the end. */
  ring: Readonly<{ left: string; share: number }> | null;
  /** As long as it stands nothing ends the session. */
  endless: boolean;
  release: Readonly<{ count: number; needed: number; note: string }>;
  operands: readonly (Operand & Readonly<{ spark: readonly (number | null)[] }>)[];
}>;

export type MomentView = Headline &
  Readonly<{
    session: number;
    seq: number;
    turn: number;
    at: number;
    /** Where it stands on the axis of time: what the next start says of a session that died stands where that died. */
    livedUntil: number;
    tick: number;
    mode: string;
    since: number;
    causes: readonly GuardId[];
    halt: Readonly<{ reason: string; source: string; seq: number }> | null;
    plannedEndAt: number | null;
    guards: readonly GuardView[];
    moved: Readonly<Partial<Record<'mode' | 'gateway' | 'session', Moved>>>;
    stage: Stage;
    gateway: string;
    /** Beside the lanes, by lane. */
    values: Readonly<Record<string, readonly Row[]>>;
    facts: readonly Fact[];
    actors: readonly ActorState[];
  }>;

/** `columns` has the history of the operands. Null thresholds: a session whose first event this build cannot read. */
export const viewOf = (
  session: number,
  moment: Moment,
  columns: Columns,
  where: Whereabouts,
): MomentView => {
  const { seq, turn, at, session: state, moved, stage, gateway } = moment;
  const { mode, halt, thresholds } = state;
  return {
    session,
    seq,
    turn,
    at,
    livedUntil: livedUntil(state),
    tick: mode.tick,
    ...headlineOf(session, state, at, where.isWritten),
    mode: mode.mode,
    since: mode.since,
    causes: mode.causes,
    halt: halt && { reason: halt.reason, source: halt.source, seq: halt.seq },
    plannedEndAt: state.plannedEndAt,
    guards: thresholds ? guardIds.map((id) => guardView(id, moment, thresholds, columns)) : [],
    moved,
    stage,
    gateway: gateway.state,
    values: valuesOf(moment),
    facts: factsOf(moment, where),
    actors: actorsOf(moment),
  };
};

const sparkTicks = 30;

const guardView = (
  id: GuardId,
  { at, seq, session: { mode, halt } }: Moment,
  thresholds: Thresholds,
  columns: Columns,
): GuardView => {
  const { episode, evidence } = mode.guards[id];
  const policy = thresholds.guards[id];
  const { enabled } = policy as unknown as Readonly<{ enabled?: boolean }>;
  const isArmed = episode.phase === 'armed';
  const tick = tickIndex(columns, seq);
  const intervalMs = thresholds.engine.tick_interval_seconds * 1000;
  return {
    guard: id,
    name: isArmed ? id : guardName(id, evidence),
    enabled: enabled !== false,
    phase: episode.phase,
    headline: headline(episode, policy.max_episodes, at, halt !== null),
    since: isArmed ? null : episode.trippedAt,
    ring: isArmed || halt ? null : ringOf(episode, policy, mode.tick, at, intervalMs),
    endless: policy.timeout_seconds === 0 && halt === null,
    release: {
      count: episode.count,
      needed: policy.recovery_enabled ? policy.recovery_ticks : 0,
      note: releaseNote(episode, policy, intervalMs),
    },
    operands: operandsOf(id, episode.fact, isArmed, thresholds).map((operand) => ({
      ...operand,
      distance: isArmed || policy.recovery_enabled ? operand.distance : '',
      spark: operand.history === null ? [] : columns.history(operand.history, tick, sparkTicks),
    })),
  };
};

/** The last tick that was over by this event. */
const tickIndex = (columns: Columns, seq: number): number => {
  let low = 0;
  let high = columns.count();
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((columns.value('seq', middle) ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

type Policy = Thresholds['guards'][GuardId];

const headline = (episode: Episode, most: number, at: number, ended: boolean): string => {
  const of = most > 0 ? ` of ${most}` : '';
  if (episode.phase === 'armed') {
    return episode.trips === 0 ? 'armed' : `armed · ${episode.trips}${of} so far`;
  }
  const ago = episode.trippedAt === null ? '' : ` ${span(at - episode.trippedAt)} ago`;
  const when = ended ? ' at the end' : ago;
  return `${episode.phase === 'tripped' ? `tripped${when}` : `${episode.phase}, tripped${when}`} · episode ${episode.trips}${of}`;
};

const ringOf = (
  { phase, deadlineAt, trippedAt, untilTick, trippedTick, count }: Episode,
  { recovery_ticks: needed, timeout_seconds: timeout }: Policy,
  tick: number,
  at: number,
  intervalMs: number,
): GuardView['ring'] => {
  if (deadlineAt !== null && trippedAt !== null) {
    const left = Math.max(0, deadlineAt - at);
    return { left: span(left), share: left / Math.max(1, timeout * 1000) };
  }
  if (phase === 'cooling' && untilTick !== null && trippedTick !== null) {
    const left = Math.max(0, untilTick - tick);
    return { left: span(left * intervalMs), share: left / Math.max(1, untilTick - trippedTick) };
  }
  if (phase !== 'recovering' || count === 0 || count >= needed) return null;
  return { left: span((needed - count) * intervalMs), share: (needed - count) / needed };
};

const releaseNote = (
  { phase, count }: Episode,
  { recovery_ticks: needed, recovery_enabled: may }: Policy,
  intervalMs: number,
): string => {
  if (!may) return 'its recovery is switched off';
  if (phase === 'recovering' && count > 0)
    return `${span((needed - count) * intervalMs)} to release`;
  return needed === 1 ? '1 tick' : `${needed} ticks`;
};

/** Prices one below the other, each with as many places as the one that has most; what there is none of says so. */
const aligned = (prices: readonly (string | null | undefined)[]): readonly string[] => {
  const placesOf = (text: string): number => text.split('.')[1]?.length ?? 0;
  const places = Math.max(...prices.map((text) => placesOf(text ?? '')));
  return prices.map((text) => {
    if (text === null || text === undefined) return 'none';
    const missing = places - placesOf(text);
    return `${text}${missing > 0 && !text.includes('.') ? '.' : ''}${'0'.repeat(missing)}`;
  });
};

const rounded = (value: Decimal, digits: number): string => format(toDigits(value, digits));

const valuesOf = ({ at, touch, truth, session: state }: Moment): MomentView['values'] => {
  const { market, mode, orders, mid } = state;
  const fact = mode.guards.anchor_saturation.episode.fact;
  const number = (name: string): number => {
    const value = fact?.operands[name];
    return typeof value === 'number' ? value : Number.NaN;
  };
  /** Of no samples there is neither mean nor share. */
  const ofSamples = (name: string, places: number): string =>
    fixed(number('samples') > 0 ? number(name) : Number.NaN, places);
  const holds = held(state.inventory);
  const share = mode.guards.inventory_corridor.episode.fact?.operands['xrpPct'];
  const own = (side: 'buy' | 'sell'): string | null =>
    [...orders.open.values()].find((order) => order.side === side)?.price ?? null;
  const away = (side: 'bid' | 'ask'): string => {
    const found = touch?.[side];
    return found ? fixed(found.distanceBps, 1) : '–';
  };
  const prices = aligned([
    market?.bestAsk,
    market?.mid,
    market?.bestBid,
    market?.amm,
    own('sell'),
    own('buy'),
  ]);
  const check = truth?.check;
  const error = market?.anchorErrorBps;
  return {
    mode: [{ name: mode.mode, value: span(at - mode.since), strong: true }],
    price: [
      ...(['ask', 'mid', 'bid', 'AMM', 'our ask', 'our bid'] as const).map((name, index) => ({
        name,
        value: prices[index] ?? '',
        ...(name === 'mid' ? { strong: true } : {}),
      })),
      { name: 'touch', value: `${away('bid')}, ${away('ask')}` },
    ],
    anchor: [
      { name: 'now', value: typeof error === 'number' ? fixed(error, 2) : 'none' },
      { name: 'mean', value: ofSamples('meanBps', 2), strong: true },
      { name: 'share', value: `${ofSamples('sharePct', 0)} %` },
    ],
    share: [
      {
        name: 'XRP',
        value: typeof share === 'number' ? `${fixed(share, 1)} %` : '?',
        strong: true,
      },
      { name: 'XRP', value: rounded(xrpOf(holds.drops), 6) },
      { name: 'RLUSD', value: rounded(nearest(holds.rlusd), 6) },
    ],
    truth: [
      { name: check?.status ?? 'none yet', value: truth ? `${span(at - truth.at)} ago` : '' },
      ...(mid ? [{ name: 'at mid', value: rounded(nearest(totalAt(holds, mid)), 6) }] : []),
    ],
    events: [{ name: 'events', value: String(state.events) }],
  };
};

const actorsOf = ({
  at,
  stage,
  gateway,
  ledger,
  touch,
  session: state,
}: Moment): readonly ActorState[] => {
  const { mode, orders, market, quote, halt } = state;
  const { counts, brought } = orders;
  const standing = guardIds.filter((id) => mode.guards[id].episode.phase !== 'armed').length;
  const done = [counts, brought].reduce(
    (sum, of) => sum + of.filled + of.cancelled + of.expired + of.rejected,
    counts.withheld,
  );
  const one = (name: string, kind: ActorState['kind'], text: string): ActorState => ({
    name,
    kind,
    state: text,
  });
  return [
    one('session', 'machine', stage),
    one('gateway', 'machine', ledger ? `${gateway.state}, ${span(at - ledger.at)}` : gateway.state),
    one('reconciler', 'reducer', `${state.fills.buy + state.fills.sell} fills`),
    one('orders', 'reducer', `${orders.open.size} open, ${done} done`),
    one('inventory', 'reducer', state.inventory.known ? 'known' : 'unknown'),
    one('market', 'reducer', market?.mid ?? market?.missing ?? 'none yet'),
    one('touch', 'reducer', touch ? 'measured' : 'none yet'),
    one('limits', 'reducer', halt?.source === 'limits' ? 'breached' : 'quiet'),
    one('guards', 'reducer', `${guardIds.length - standing} of ${guardIds.length} armed`),
    one('mode', 'machine', mode.mode),
    one(
      'strategy',
      'reducer',
      quote ? (quote.bid || quote.ask ? 'quoting' : 'withheld') : 'not asked',
    ),
    one(
      'execution',
      'reducer',
      orders.pending.length === 0 ? 'idle' : `${orders.pending.length} pending`,
    ),
  ];
};
