/** One event in one short line, as a log shows it: its numbers rather than a sentence. What has none is told by `describe`. */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { GuardsEvaluated } from '../events/guard.ts';
import type { MarketRead, MarketTraded, SideTouch } from '../events/market.ts';
import type { Quote, QuoteDecided } from '../events/quote.ts';
import { formatXrp, parseDrops } from '../ledger/drops.ts';
import { describe } from './describe.ts';
import { amount } from './evidence.ts';
import type { Thresholds } from './thresholds.ts';
import { fixed, signed } from './wording.ts';

export const brief = (row: Recorded<Event>, thresholds: Thresholds | null): string => {
  const { event } = row;
  switch (event.type) {
    case 'session.opened':
      return `${event.network}, build ${event.build}, ${event.account}`;
    case 'session.started':
      return 'the start’s checks passed: quoting may begin';
    case 'gateway.synced':
      return `ledgers ${event.from} to ${event.to} are in the log`;
    case 'ledger.closed':
      return `#${event.index}, base fee ${event.baseFeeDrops}`;
    case 'market.read':
      return read(event);
    case 'market.traded':
      return traded(event);
    case 'market.observed': {
      const { mid, missing, amm, anchorErrorBps: error } = event;
      if (mid === null) return `no mid: ${missing ?? 'unknown'}`;
      return `mid ${mid}, AMM ${amm ?? 'none'}${error === null ? '' : `, error ${signed(error, 2)} bps`}`;
    }
    case 'touch.measured':
      return `bid ${away(event.bid)}, ask ${away(event.ask)} bps from the touch`;
    case 'guards.evaluated':
      return evaluated(event);
    case 'guard.cooled':
      return `${event.guard} cools until tick ${event.untilTick}`;
    case 'guard.recovering':
      return `${event.guard} ${event.count}/${event.needed}`;
    case 'mode.changed':
      return event.causes.length === 0 ? event.mode : `${event.mode}: ${event.causes.join(', ')}`;
    case 'quote.decided':
      return quotes(event);
    case 'fill.recorded': {
      const { side, drops, price, spreadBps } = event;
      const earned = spreadBps === null ? '' : `, ${signed(spreadBps, 2)} bps`;
      return `${side} ${formatXrp(parseDrops(drops))} XRP at ${price}${earned}`;
    }
    case 'fee.paid':
      return `${event.drops} drops, ledger ${event.ledger}`;
    case 'inventory.drift_at_shutdown':
      return `books ${event.engineTotal}, wallet ${event.chainTotal} RLUSD`;
    case 'line.rounded':
      return `${event.rlusd} RLUSD, ledger ${event.ledger}`;
    case 'inventory.opened':
    case 'movement.seen':
    case 'capital.proposed':
      return `${formatXrp(parseDrops(event.drops))} XRP, ${event.rlusd} RLUSD`;
    case 'inventory.changed':
      return `${event.why}: ${formatXrp(parseDrops(event.balances.drops))} XRP, ${event.balances.rlusd} RLUSD`;
    case 'truth.checked':
      return event.deltaDrops === null
        ? `${event.status}${event.note === '' ? '' : `: ${event.note}`}`
        : `${event.status}, ΔXRP ${formatXrp(parseDrops(event.deltaDrops))}, ΔRLUSD ${event.deltaRlusd ?? '?'}`;
    case 'order.submit':
      return `${event.side} ${formatXrp(parseDrops(event.drops))} XRP at ${event.price}${event.replaces ? `, replaces ${tail(event.replaces)}` : ''}`;
    case 'order.cancel':
      return `${event.order === null ? `offer ${event.offerSequence}` : tail(event.order)}: ${event.why}`;
    case 'order.resting':
    case 'order.partially_filled':
      return `${tail(event.order)}, ${formatXrp(parseDrops(event.drops))} XRP rest`;
    case 'order.filled':
      return tail(event.order);
    case 'order.cancelled':
      return `${tail(event.order)}: ${event.why}`;
    case 'order.expired':
      return `${tail(event.order)} at ledger ${event.ledger}`;
    case 'order.rejected':
      return `${tail(event.order)}: ${event.result}`;
    case 'order.replaced_nothing':
      return `${tail(event.order)} found ${tail(event.target)} gone`;
    case 'order.cancel_missed':
      return `${tail(event.order)}: ${event.result}`;
    case 'orders.accounted':
      return `${event.open.length} open, ${event.pending} on their way, ${event.standing.length} standing at #${event.readLedger ?? '?'}`;
    case 'transaction.signed':
      return `${short(event.hash)}, sequence ${event.sequence}, until ledger ${event.lastLedger}`;
    case 'transaction.answered':
      return `${short(event.hash)} ${event.result ?? event.error ?? ''}`;
    case 'transaction.validated':
      return `${kindOf(event.tx)} ${event.result}, ledger ${event.ledger}, ${short(event.hash)}`;
    case 'transaction.lookup':
      return `${short(event.hash)} in ledgers ${event.from} to ${event.to}`;
    case 'transaction.settled':
      return `${short(event.hash)} ${event.outcome}`;
    case 'intent.withheld':
      return `intent ${event.intent}: ${event.why}`;
    case 'operator.clear':
      return `by ${event.by}: ${event.note}`;
    case 'operator.realign':
    case 'operator.capital':
      return event.note;
    case 'operator.acknowledge':
      return `S${event.session} event ${event.seq}: ${event.note}`;
    default:
      return toldBy(row, thresholds);
  }
};

/** An event of a newer build has nothing but its type and its data. */
const toldBy = (row: Recorded<Event>, thresholds: Thresholds | null): string => {
  const said = describe(row, thresholds);
  if (said !== row.event.type) return said;
  const { type: _, ...data } = row.event as unknown as Readonly<Record<string, unknown>>;
  return JSON.stringify(data);
};

const read = ({ ledger, bids, asks, amm }: MarketRead): string => {
  const best = (side: MarketRead['bids']): string => side.find(({ own }) => !own)?.price ?? 'none';
  return `${best(bids)} / ${best(asks)} at #${ledger.index}${amm ? '' : ', no pool'}`;
};

const traded = ({ from, to, trades }: MarketTraded): string => {
  const ledgers = from === to ? `#${to}` : `#${from} to #${to}`;
  if (trades.length === 0) return `nothing by others in ${ledgers}`;
  const drops = trades.reduce((sum, one) => sum + parseDrops(one.drops), 0n);
  return `${formatXrp(parseDrops(String(drops)))} XRP in ${ledgers}, last at ${trades.at(-1)?.lastPrice ?? '?'}`;
};

const away = (side: SideTouch | null): string => (side ? fixed(side.distanceBps, 1) : 'none');

const evaluated = ({ tick, facts }: GuardsEvaluated): string => {
  const tripping = Object.entries(facts).flatMap(([id, fact]) => (fact.trip ? [id] : []));
  if (tripping.length > 0) return `tick ${tick}: ${tripping.join(', ')} would trip`;
  const anchor = facts.anchor_saturation;
  const mean = anchor ? `, mean ${signed(amount(anchor, 'meanBps'), 2)} bps` : '';
  return `tick ${tick}: none would trip${mean}`;
};

const quotes = ({ bid, ask, withheld, skewBps }: QuoteDecided): string => {
  const side = (quote: Quote | null, why: string | null): string =>
    quote ? quote.price : `none (${why ?? 'unknown'})`;
  return `${side(bid, withheld.bid)} / ${side(ask, withheld.ask)}, skew ${signed(skewBps, 2)} bps`;
};

const kindOf = (tx: unknown): string => {
  const kind = (tx as Readonly<Record<string, unknown>> | null)?.['TransactionType'];
  return typeof kind === 'string' ? kind : 'transaction';
};

/** An order's side and count; its session is known. */
const tail = (order: string): string => order.replace(/^[0-9a-f]{8}-/, '');

const short = (hash: string): string =>
  hash.length > 12 ? `${hash.slice(0, 4)}…${hash.slice(-4)}` : hash;
