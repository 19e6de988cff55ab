/** The session as Prometheus reads it: each number is looked up in the fold of the log when it is asked for, and none is kept here. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { guardIds } from '../../../events/guard.ts';
import { toNumber } from '../../../ledger/decimal.ts';
import { xrpOf } from '../../../ledger/drops.ts';
import { nearest } from '../../../ledger/exact.ts';
import { held } from '../../../projections/inventory.ts';
import type { SessionState } from '../../../projections/session.ts';

type Labels = Readonly<Record<string, string>>;

/** One value without labels, or several with; what is not known is left out. */
type Samples = number | null | readonly (readonly [Labels, number])[];

export type Metric = Readonly<{
  name: string;
  kind: 'gauge' | 'counter';
  help: string;
  labels: readonly string[];
  read: (state: SessionState) => Samples;
}>;

const gauge = (
  name: string,
  help: string,
  read: Metric['read'],
  labels: readonly string[] = [],
): Metric => ({ name, kind: 'gauge', help, labels, read });

const counter = (
  name: string,
  help: string,
  read: Metric['read'],
  labels: readonly string[] = [],
): Metric => ({ name, kind: 'counter', help, labels, read });

const seconds = (ms: number | null): number | null => (ms === null ? null : ms / 1000);

const sides = ['buy', 'sell'] as const;
const modes = ['OK', 'DEGRADED', 'HALT'] as const;

/** All but those of Node itself. */
export const metrics: readonly Metric[] = [
  gauge('neo_session_start_timestamp_seconds', 'When the session was opened.', ({ openedAt }) =>
    openedAt === 0 ? null : seconds(openedAt),
  ),
  gauge(
    'neo_session_planned_end_timestamp_seconds',
    'When the session is to end.',
    ({ plannedEndAt }) => seconds(plannedEndAt),
  ),
  gauge(
    'neo_last_event_timestamp_seconds',
    'When the newest durable event was recorded.',
    ({ lastAt }) => (lastAt === 0 ? null : seconds(lastAt)),
  ),
  counter('neo_events_total', 'Durable events of the session.', ({ events }) => events),
  counter('neo_ticks_total', 'Evaluations of the session.', ({ ticks }) => ticks),
  gauge(
    'neo_mode',
    '1 for the mode in force, 0 for the others.',
    ({ mode }) => modes.map((one) => [{ mode: one }, one === mode.mode ? 1 : 0]),
    ['mode'],
  ),
  gauge('neo_mode_since_timestamp_seconds', 'When the mode in force began.', ({ mode }) =>
    mode.since === 0 ? null : seconds(mode.since),
  ),
  gauge(
    'neo_guard_armed',
    '1 while the guard is armed, 0 while it is tripped, cooling or recovering.',
    ({ mode }) =>
      guardIds.map((guard) => [{ guard }, mode.guards[guard].episode.phase === 'armed' ? 1 : 0]),
    ['guard'],
  ),
  counter(
    'neo_guard_trips_total',
    'Trips of the guard.',
    ({ mode }) => guardIds.map((guard) => [{ guard }, mode.guards[guard].episode.trips]),
    ['guard'],
  ),
  counter(
    'neo_guard_recoveries_total',
    'Recoveries of the guard.',
    ({ mode }) => guardIds.map((guard) => [{ guard }, mode.guards[guard].episode.recoveries]),
    ['guard'],
  ),
  gauge(
    'neo_halt_info',
    '1 once the session has its end, with the token and its source.',
    ({ halt }) => (halt ? [[{ reason: halt.reason, source: halt.source }, 1]] : []),
    ['reason', 'source'],
  ),
  gauge('neo_mid_price_rlusd', 'RLUSD per XRP in the middle of the book.', ({ market }) =>
    market?.mid ? Number(market.mid) : null,
  ),
  gauge(
    'neo_anchor_error_bps',
    'The pool’s price against mid; positive where the pool is above.',
    ({ market }) => market?.anchorErrorBps ?? null,
  ),
  gauge(
    'neo_touch_distance_bps',
    'From the touch to our quote at the last tick.',
    ({ touch }) =>
      (['bid', 'ask'] as const).flatMap((side) => {
        const last = touch[side].samples?.entry.at(-1);
        return last === undefined ? [] : [[{ side }, last] as const];
      }),
    ['side'],
  ),
  gauge('neo_ledger_index', 'The validated ledger of the last tick.', ({ market }) =>
    market ? market.ledger : null,
  ),
  counter(
    'neo_fills_total',
    'Fills in validated transactions, by our side.',
    ({ fills }) => sides.map((side) => [{ side }, fills[side]]),
    ['side'],
  ),
  counter('neo_fills_rlusd_total', 'RLUSD that was traded in them.', ({ fills }) =>
    toNumber(fills.notional),
  ),
  counter(
    'neo_orders_total',
    'Orders by what became of them.',
    ({ orders }) => Object.entries(orders.counts).map(([outcome, n]) => [{ outcome }, n]),
    ['outcome'],
  ),
  gauge(
    'neo_orders_open',
    'Live and unsettled orders by side.',
    ({ orders }) => {
      const open = [...orders.open.values()];
      return sides.map((side) => [{ side }, open.filter((one) => one.side === side).length]);
    },
    ['side'],
  ),
  gauge(
    'neo_orders_unknown',
    'Orders whose fate is not established.',
    ({ orders }) => [...orders.open.values()].filter(({ state }) => state === 'unknown').length,
  ),
  gauge(
    'neo_balance_xrp',
    'XRP by the books and in the wallet as last read.',
    ({ inventory, chain }) => [
      ...(inventory.known
        ? [[{ source: 'books' }, toNumber(xrpOf(held(inventory).drops))] as const]
        : []),
      ...(chain ? [[{ source: 'wallet' }, toNumber(xrpOf(chain.drops))] as const] : []),
    ],
    ['source'],
  ),
  gauge(
    'neo_balance_rlusd',
    'RLUSD by the books and in the wallet as last read.',
    ({ inventory, chain }) => [
      ...(inventory.known
        ? [[{ source: 'books' }, toNumber(nearest(held(inventory).rlusd))] as const]
        : []),
      ...(chain ? [[{ source: 'wallet' }, toNumber(nearest(chain.rlusd))] as const] : []),
    ],
    ['source'],
  ),
];

export type Meter = Readonly<{
  contentType: string;
  text: () => Promise<string>;
  stop: () => void;
}>;

/** Besides the table: `neo_session_info`, and what prom-client tells of Node and the process. */
export const createMeter = (state: () => SessionState, info: () => Labels): Meter => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const session = gauge(
    'neo_session_info',
    'The session: its number and its network.',
    () => [[info(), 1]],
    ['session', 'network'],
  );
  register(registry, session, state);
  for (const metric of metrics) register(registry, metric, state);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    stop: () => registry.clear(),
  };
};

/** prom-client asks a metric for its values by `collect`; a counter is told what it has come to. */
const register = (registry: Registry, metric: Metric, state: () => SessionState): void => {
  const { name, help, kind, labels, read } = metric;
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  const tell = (one: Readonly<{ reset: () => void; inc: Counter['inc'] }>): void => {
    const found = read(state());
    one.reset();
    if (typeof found === 'number') one.inc(found);
    else for (const [of, value] of found ?? []) one.inc(of, value);
  };
  if (kind === 'counter') {
    new Counter({
      ...options,
      collect() {
        tell(this);
      },
    });
  } else {
    new Gauge({
      ...options,
      collect() {
        const found = read(state());
        this.reset();
        if (found === null) this.remove();
        else if (typeof found === 'number') this.set(found);
        else for (const [of, value] of found) this.set(of, value);
      },
    });
  }
};
