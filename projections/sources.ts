/**
 * Where the operands of a trip or a breached limit came from: the events that carried them, and the inputs behind those. A
 * session is heard row by row, and of it is kept what the next decision could rest on; so nothing that came later is found.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { GuardTripped } from '../events/guard.ts';
import type { LimitBreached } from '../events/limit.ts';
import type { Side } from '../events/order.ts';
import type { Outline } from '../events/outline.ts';
import { amount } from './evidence.ts';
import { chainTo, eventAt, type Lineage } from './lineage.ts';

type Row = Recorded<Outline>;
type Type = Outline['type'];

/** The seq of an event that an operand was read from. */
export type Source = Readonly<{
  seq: number;
  /**
   * For what a tick made of the market or the wallet: the read that it used, or that failed; null where neither was heard. For
   * everything else undefined: the input is where its causes began.
   */
  read?: number | null;
}>;

export type Memory = Readonly<{
  take: (row: Row) => void;
  /** What the numbers of this trip or breach rest on, which comes next or was taken last; oldest first. */
  behind: (event: GuardTripped | LimitBreached) => readonly Source[];
}>;

export const createMemory = (): Memory => {
  const newest = new Map<Type, Source>();
  const samples: Last<Source> = lastOf(samplesMax);
  const checks: Last<Source> = lastOf(checksMax);
  const reads: Last<Readonly<{ seq: number; ledger: number }>> = lastOf(readsKept);
  const fills: Last<Source> = lastOf(fillsShown);
  let run: Last<Source> = lastOf(fillsShown);
  let failure: number | null = null;
  let side: Side | null = null;

  const readOf = (ledger: number | null): number | null =>
    reads.newest().findLast((read) => read.ledger === ledger)?.seq ?? null;

  const sourceOf = ({ seq, event }: Row): Source => {
    if (event.type === 'market.observed') return { seq, read: readOf(event.ledger) };
    if (event.type !== 'truth.checked') return { seq };
    return { seq, read: event.ledger === null ? failure : readOf(event.ledger) };
  };

  const last = (type: Type): readonly Source[] => {
    const found = newest.get(type);
    return found ? [found] : [];
  };

  const behindTrip = ({ guard, fact }: GuardTripped): readonly Source[] => {
    switch (guard) {
      case 'anchor_saturation':
        return samples.newest(amount(fact, 'samples'));
      case 'directional_drift':
        return fact.condition === 'B' ? fills.newest() : run.newest();
      case 'inventory_corridor':
        return [...last('market.observed'), ...last('inventory.changed')];
      case 'wallet_truth':
        return checks.newest(fact.condition === 'unverified' ? amount(fact, 'unverified') : 1);
      case 'order_integrity':
        return last('order.unknown');
      case 'ledger_connection':
        return last('gateway.changed');
      case 'issuer':
        return last(fact.condition?.startsWith('clawback') ? 'movement.seen' : 'market.read');
    }
  };

  const behindLimit = ({ reason }: LimitBreached): readonly Source[] => {
    switch (reason) {
      case 'risk_xrp_exposure':
        return [...last('market.observed'), ...last('inventory.changed')];
      case 'risk_rlusd_exposure':
        return last('inventory.changed');
      case 'risk_rpc_failure':
        return last('read.failed');
      case 'risk_stale_ledger':
        return last('ledger.closed');
      case 'risk_gateway_unhealthy':
        return last('market.read');
      case 'account_in_use':
        return last('transaction.validated');
    }
  };

  return {
    take: (row) => {
      const { event } = row;
      const source = sourceOf(row);
      newest.set(event.type, source);
      switch (event.type) {
        case 'market.read':
          return reads.add({ seq: row.seq, ledger: event.ledger.index });
        case 'market.observed':
          return event.anchorErrorBps === null ? undefined : samples.add(source);
        case 'truth.checked':
          return checks.add(source);
        case 'read.failed':
        case 'gateway.down':
          failure = row.seq;
          return;
        case 'fill.recorded': {
          fills.add(source);
          if (event.late) return;
          if (event.side !== side) run = lastOf(fillsShown);
          side = event.side;
          run.add(source);
        }
      }
    },
    behind: (event) => {
      const found = event.type === 'guard.tripped' ? behindTrip(event) : behindLimit(event);
      return found.toSorted((one, other) => one.seq - other.seq);
    },
  };
};

/** As many as a window may have by its setting: `guards.anchor_saturation.lookback_ticks`. */
const samplesMax = 100_000;
/** The same of `guards.wallet_truth.unverified_count`. */
const checksMax = 1_000;
/** Of a run of one side, and of what made a sum. */
const fillsShown = 4;
/** A tick uses the newest read, or one just before it. */
const readsKept = 8;

/** The last few of what is added, oldest first. */
type Last<T> = Readonly<{ add: (one: T) => void; newest: (count?: number) => readonly T[] }>;

const lastOf = <T>(most: number): Last<T> => {
  let kept: T[] = [];
  return {
    add: (one) => {
      kept.push(one);
      if (kept.length === 2 * most) kept = kept.slice(most);
    },
    newest: (count = most) => (count > 0 ? kept.slice(-count) : []),
  };
};

/** The input that brought a source; null where it is one itself, or none is known. */
export const inputBehind = ({ seq, read }: Source, lineage: Lineage): Recorded<Event> | null => {
  const input = read === undefined ? chainTo(lineage, seq)[0] : read && eventAt(lineage, read);
  return input && input.seq !== seq ? input : null;
};

/** The events of which the lineage is needed to tell of these sources. */
export const seqsOf = (sources: readonly Source[]): readonly number[] =>
  sources.flatMap(({ seq, read }) => (read ? [seq, read] : [seq]));
