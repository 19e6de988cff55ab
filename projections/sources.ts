/**
 * Where the operands of a trip or a breached limit came from: the events that carried them, and the inputs behind those. It
 * looks back from the decision through the log, and finds nothing that came after it.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { GuardTripped } from '../events/guard.ts';
import type { LimitBreached } from '../events/limit.ts';
import { amount } from './evidence.ts';

type Row = Recorded<Event>;
type Type = Event['type'];

/** A session's rows: newest to oldest from a seq on, and by number. */
export type Story = Readonly<{
  bySeq: (seq: number) => Row | undefined;
  /** Rows up to and including `seq`, newest first. */
  back: (seq: number) => Iterable<Row>;
}>;

export const storyOf = (rows: Iterable<Row>): Story => {
  const all = [...rows];
  const first = all[0]?.seq ?? 1;
  const bySeq = (seq: number): Row | undefined => all[seq - first];
  return {
    bySeq,
    back: function* (seq) {
      for (let index = Math.min(seq - first, all.length - 1); index >= 0; index -= 1) {
        const row = all[index];
        if (row) yield row;
      }
    },
  };
};

/** From the input that began it to the event itself, along `cause`. */
export const chainTo = (story: Story, seq: number): readonly Row[] => {
  const chain: Row[] = [];
  let next = story.bySeq(seq);
  while (next) {
    chain.unshift(next);
    next = next.kind === 'input' ? undefined : story.bySeq(next.cause);
  }
  return chain;
};

/** The events whose numbers a trip or a breach rests on, oldest first. */
export const sources = (story: Story, { seq, event }: Row): readonly Row[] => {
  const found =
    event.type === 'guard.tripped'
      ? behindTrip(story, seq, event)
      : event.type === 'limit.breached'
        ? behindLimit(story, seq, event)
        : [];
  return found.toSorted((a, b) => a.seq - b.seq);
};

const behindTrip = (story: Story, seq: number, { guard, fact }: GuardTripped): readonly Row[] => {
  switch (guard) {
    case 'anchor_saturation':
      return samples(story, seq, amount(fact, 'samples'));
    case 'directional_drift':
      return fact.condition === 'B'
        ? last(story, seq, 'fill.recorded', fillsShown)
        : run(story, seq, fillsShown);
    case 'inventory_corridor':
      return [...last(story, seq, 'market.observed'), ...last(story, seq, 'inventory.changed')];
    case 'wallet_truth': {
      const checks = fact.condition === 'unverified' ? amount(fact, 'unverified') : 1;
      return last(story, seq, 'truth.checked', checks);
    }
    case 'order_integrity':
      return last(story, seq, 'order.unknown');
    case 'ledger_connection':
      return last(story, seq, 'gateway.changed');
    case 'issuer':
      return fact.condition?.startsWith('clawback')
        ? last(story, seq, 'movement.seen')
        : last(story, seq, 'market.read');
  }
};

const behindLimit = (story: Story, seq: number, { reason }: LimitBreached): readonly Row[] => {
  switch (reason) {
    case 'risk_xrp_exposure':
      return [...last(story, seq, 'market.observed'), ...last(story, seq, 'inventory.changed')];
    case 'risk_rlusd_exposure':
      return last(story, seq, 'inventory.changed');
    case 'risk_rpc_failure':
      return last(story, seq, 'read.failed');
    case 'risk_stale_ledger':
      return last(story, seq, 'ledger.closed');
    case 'risk_gateway_unhealthy':
      return last(story, seq, 'market.read');
    case 'account_in_use':
      return last(story, seq, 'transaction.validated');
  }
};

const fillsShown = 4;

/** The newest events of a type. */
const last = (story: Story, seq: number, type: Type, count = 1): readonly Row[] =>
  newest(story, seq, ({ event }) => event.type === type, count);

const newest = (
  story: Story,
  seq: number,
  fits: (row: Row) => boolean,
  count: number,
): readonly Row[] => {
  const found: Row[] = [];
  for (const row of story.back(seq)) {
    if (found.length >= count) break;
    if (fits(row)) found.push(row);
  }
  return found;
};

/** The ticks whose anchor errors filled the window. */
const samples = (story: Story, seq: number, count: number): readonly Row[] =>
  newest(
    story,
    seq,
    ({ event }) => event.type === 'market.observed' && event.anchorErrorBps !== null,
    count,
  );

/** The last fills of one side without another side's between them. */
const run = (story: Story, seq: number, count: number): readonly Row[] => {
  const found: Row[] = [];
  for (const row of story.back(seq)) {
    if (row.event.type !== 'fill.recorded' || row.event.late) continue;
    const side = found[0]?.event.type === 'fill.recorded' ? found[0].event.side : row.event.side;
    if (row.event.side !== side || found.length >= count) break;
    found.push(row);
  }
  return found;
};

/** The input that brought what an event says: for what a tick made of the market or the wallet, the read that it used. */
export const inputBehind = (story: Story, row: Row): Row | undefined => {
  const { seq, event } = row;
  if (event.type === 'market.observed') return readOf(story, seq, event.ledger);
  if (event.type !== 'truth.checked') return chainTo(story, seq)[0];
  return event.ledger === null
    ? newest(story, seq, isFailure, 1)[0]
    : readOf(story, seq, event.ledger);
};

const isFailure = ({ event }: Row): boolean =>
  event.type === 'read.failed' || event.type === 'gateway.down';

const readOf = (story: Story, seq: number, ledger: number | null): Row | undefined =>
  newest(
    story,
    seq,
    ({ event }) => event.type === 'market.read' && event.ledger.index === ledger,
    1,
  )[0];
