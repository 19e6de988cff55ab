/** One event in words, for the chain of causes: what it says and with which numbers. Types it has no words for keep their name. */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { FillRecorded } from '../events/inventory.ts';
import type { MarketObserved, MarketRead } from '../events/market.ts';
import { format, toDigits } from '../ledger/decimal.ts';
import { formatXrp, parseDrops } from '../ledger/drops.ts';
import { nearestTo } from '../ledger/exact.ts';
import { evidenceText, guardName } from './evidence.ts';
import { remainsOf, remainsText } from './remains.ts';
import type { Thresholds } from './thresholds.ts';
import { counted, fixed, span } from './wording.ts';

export const describe = ({ event }: Recorded<Event>, thresholds: Thresholds | null): string => {
  switch (event.type) {
    case 'tick':
      return `number ${event.index}`;
    case 'time.due':
      return event.subject === 'end' ? 'the planned end came' : 'the close went on waiting';
    case 'signal':
      return `the process got ${event.name}`;
    case 'session.closed_by_next':
      return `the next start found no end; the log had been silent for ${span(event.silentMs)}`;
    case 'session.ending':
      return `an end was asked for: ${event.reason}${more(event.detail)}`;
    case 'session.ended':
      return remainsText(remainsOf(event));
    case 'operator.kill':
      return `an operator used the kill switch${event.cleared ? ', cleared before a session heard it' : ''}${more(event.note)}`;
    case 'operator.stop':
      return `an operator asked for a stop${more(event.note)}`;
    case 'clock.compared':
      return `the clock was ${fixed(event.skewMs / 1000, 1)} s ahead of the close of ledger ${event.ledger}`;
    case 'gate.answered':
      return event.go
        ? 'the gate said go'
        : `the gate said no: ${event.lines.flatMap(({ pass, evidence }) => (pass ? [] : [evidence])).join('; ')}`;
    case 'gateway.up':
      return `connected to ${event.endpoint}`;
    case 'gateway.down':
      return `not connected to ${event.endpoint}${more(event.why)}`;
    case 'gateway.changed':
      return `the gateway became ${event.state}${more(event.why)}`;
    case 'read.failed':
      return `a read failed: ${event.code}${more(event.message)}`;
    case 'ledger.closed':
      return `ledger ${event.index} closed`;
    case 'market.read':
      return readText(event);
    case 'market.observed':
      return observedText(event);
    case 'transaction.validated':
      return `transaction ${short(event.hash)} was validated in ledger ${event.ledger}: ${event.result}`;
    case 'fill.recorded':
      return fillText(event);
    case 'inventory.changed':
      return `holdings after a change (${event.why}): ${amounts(event.balances.drops, event.balances.rlusd)}`;
    case 'truth.checked':
      return event.chain === null
        ? `a wallet check could not be made${more(event.note)}`
        : `a wallet check was ${event.status}: books ${amounts(event.internal.drops, event.internal.rlusd)}, wallet ${amounts(event.chain.drops, event.chain.rlusd)} at ledger ${event.ledger}`;
    case 'inventory.drift_at_shutdown':
      return `books and wallet were apart at the end, and wait for an acknowledgement: ${rounded(event.engineTotal, 8)} and ${rounded(event.chainTotal, 8)} RLUSD at mid`;
    case 'movement.seen':
      return `a ${event.kind} moved ${amounts(event.drops, event.rlusd)} in ledger ${event.ledger}`;
    case 'line.rounded':
      return `the ledger rounded our line by ${event.rlusd.replace('-', '−')} RLUSD in ledger ${event.ledger}`;
    case 'order.unknown':
      return `order ${event.order} has no known fate${more(event.why)}`;
    case 'limit.breached':
      return `a hard limit was crossed: ${event.reason}${more(event.detail)}`;
    case 'guards.evaluated':
      return `${counted(Object.keys(event.facts).length, 'guard')} looked at tick ${event.tick}`;
    case 'guard.tripped':
      return `${guardName(event.guard, event.fact)} tripped${thresholds ? `: ${evidenceText(event.guard, event.fact, thresholds)}` : ''}`;
    case 'guard.recovered':
      return `${event.guard} recovered after ${span(event.afterMs)}`;
    case 'mode.changed':
      return `mode ${event.mode}${event.causes.length > 0 ? ` for ${event.causes.join(', ')}` : ''}`;
    case 'halt':
      return `${event.reason}, source ${event.source}${more(event.detail)}`;
    case 'halt.ignored':
      return `${event.reason}, source ${event.source}${more(event.detail)}`;
    default:
      return event.type;
  }
};

const more = (detail: string): string => (detail === '' ? '' : ` (${detail})`);

const amounts = (drops: string, rlusd: string): string =>
  `${formatXrp(parseDrops(drops))} XRP and ${rounded(rlusd, 8)} RLUSD`.replaceAll('-', '−');

const readText = ({ ledger, bids, asks, amm }: MarketRead): string => {
  const best = (side: MarketRead['bids']): string => side.find(({ own }) => !own)?.price ?? 'none';
  const pool = amm
    ? `pool ${formatXrp(parseDrops(amm.drops))} XRP and ${amm.rlusd} RLUSD`
    : 'no pool';
  return `book and wallet read at ledger ${ledger.index}: bid ${best(bids)}, ask ${best(asks)}, ${pool}`;
};

const observedText = ({ mid, missing, amm, anchorErrorBps }: MarketObserved): string =>
  mid === null
    ? `no mid (${missing ?? 'unknown'})`
    : `mid ${mid}, ${anchorErrorBps === null ? 'no AMM price' : `AMM ${amm}, anchor error ${fixed(anchorErrorBps, 2)} bps`}`;

const fillText = ({ side, drops, rlusd, price, ledger, hash }: FillRecorded): string =>
  `a ${side} of ${formatXrp(parseDrops(drops))} XRP for ${rounded(rlusd, 8)} RLUSD at ${rounded(price, 6)}, in ledger ${ledger} by transaction ${short(hash)}`;

const rounded = (text: string, digits: number): string => format(toDigits(nearestTo(text), digits));

/** Enough of a hash to find it by; the event has all of it. */
const short = (hash: string): string =>
  hash.length > 12 ? `${hash.slice(0, 4)}…${hash.slice(-4)}` : hash;
