/** A recorded session as a feed: each ledger when it closed, with the book that was read of it and what others traded in it. */
import type { Config } from '../../config.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { MarketRead, Trade } from '../../events/market.ts';
import type { SessionOpened } from '../../events/session.ts';
import { formatXrp, parseDrops } from '../../ledger/drops.ts';
import { settingsOf } from '../../machines/settings.ts';
import type { FeedLedger } from '../../sandbox/paper/feed.ts';
import type { Opening } from '../../sandbox/traders/founding.ts';
import { UsageError } from '../command.ts';

export type TapeLedger = FeedLedger & Readonly<{ at: number }>;

export type Tape = Readonly<{
  opened: SessionOpened;
  /** Its first tick. */
  startedAt: number;
  /** The last thing that is recorded. */
  endedAt: number;
  /** The wallet as it was read first; of a session that only recorded, the one that is configured. */
  opening: Opening;
  /** Ascending; the first one was read. */
  ledgers: readonly TapeLedger[];
  /** When the last server was gone, and when one was there again. */
  outages: readonly Outage[];
}>;

export type Outage = Readonly<{ from: number; to: number }>;

/** What of a session a tape is made of. */
export const isFeed = ({ event }: Recorded<Event>): boolean =>
  feed.has(event.type) || (event.type === 'tick' && event.index === 0);

const feed: ReadonlySet<string> = new Set([
  'session.opened',
  'ledger.closed',
  'market.read',
  'market.traded',
  'gateway.up',
  'gateway.down',
]);

type Parts = { closeTime: number; at: number; market: MarketRead | null };

/** Throws a UsageError where the session cannot be simulated. */
export const tapeOf = (
  session: number,
  rows: readonly Recorded<Event>[],
  endedAt: number,
): Tape => {
  const [first] = rows;
  if (first?.event.type !== 'session.opened') {
    throw new UsageError(
      `Session ${session} does not begin as a session does; neo verify says what is wrong with it.`,
    );
  }
  const heard = rows.map(({ event }) => event);
  const read = heard.find((event) => event.type === 'market.read');
  if (!read) throw cannot(session, 'no ledger was read in it');
  if (!read.line) throw cannot(session, 'its wallet had no trust line');
  if (!heard.some((event) => event.type === 'market.traded')) {
    throw cannot(session, 'what others traded was not recorded in it, and fills are not invented');
  }
  const parts = partsOf(rows);
  const trades = tradesOf(heard);
  let waiting: readonly Trade[] = [];
  const ledgers = [...parts]
    .toSorted(([a], [b]) => a - b)
    .filter(([index]) => index >= read.ledger.index)
    .map(([index, { closeTime, at, market }]): TapeLedger => {
      const known = trades.upTo(index);
      waiting = [...waiting, ...known];
      const told = trades.isKnown(index) ? waiting : null;
      if (told) waiting = [];
      return { index, closeTime, at, market, trades: told };
    });
  return {
    opened: first.event,
    startedAt: rows.find(({ event }) => event.type === 'tick')?.at ?? first.at,
    endedAt,
    outages: outagesOf(rows, endedAt),
    opening: recordsOnly(first.event)
      ? configured(first.event)
      : { xrp: formatXrp(parseDrops(read.account.drops)), rlusd: read.line.rlusd },
    ledgers,
  };
};

/** It made no quotes. */
export const recordsOnly = (opened: SessionOpened): boolean => !settingsOf(opened).strategy.enabled;

const configured = ({ config }: SessionOpened): Opening => {
  const { sandbox } = config.effective as { sandbox: Config['sandbox'] };
  return { xrp: String(sandbox.opening_xrp), rlusd: String(sandbox.opening_rlusd) };
};

const cannot = (session: number, why: string): UsageError =>
  new UsageError(`Session ${session} cannot be simulated: ${why}.`);

/** When each ledger closed, as it was heard or read, and the last read of it. One heard of behind others says that those were none. */
const partsOf = (rows: readonly Recorded<Event>[]): ReadonlyMap<number, Parts> => {
  const parts = new Map<number, Parts>();
  let told = 0;
  for (const { at, event } of rows) {
    if (event.type === 'ledger.closed') {
      const { index, closeTime } = event;
      if (index < told) forgetUnread(parts, index);
      told = index;
      parts.set(index, { closeTime, at, market: parts.get(index)?.market ?? null });
    }
    if (event.type === 'market.read') {
      const { index, closeTime } = event.ledger;
      parts.set(index, { closeTime, at: parts.get(index)?.at ?? at, market: event });
    }
  }
  return parts;
};

const forgetUnread = (parts: Map<number, Parts>, behind: number): void => {
  for (const [index, { market }] of parts) if (index > behind && !market) parts.delete(index);
};

const outagesOf = (rows: readonly Recorded<Event>[], endedAt: number): readonly Outage[] => {
  const up = new Set<string>();
  const found: Outage[] = [];
  let from: number | null = null;
  for (const { at, event } of rows) {
    if (event.type === 'gateway.up') {
      if (from !== null) found.push({ from, to: at });
      from = null;
      up.add(event.endpoint);
    }
    if (event.type === 'gateway.down' && up.delete(event.endpoint) && up.size === 0) from = at;
  }
  return from === null ? found : [...found, { from, to: endedAt }];
};

/** Asked in ascending order. Trades in the ledger's order, handed out once; those of a ledger nobody heard of go to the next. */
const tradesOf = (heard: readonly Event[]) => {
  const ranges = heard.flatMap((event) => (event.type === 'market.traded' ? [event] : []));
  const left = ranges.flatMap((range) => range.trades);
  let [done, past] = [0, 0];
  return {
    isKnown: (index: number): boolean => {
      while ((ranges[past]?.to ?? Infinity) < index) past += 1;
      return (ranges[past]?.from ?? Infinity) <= index;
    },
    upTo: (index: number): readonly Trade[] => {
      const start = done;
      while ((left[done]?.ledger ?? Infinity) <= index) done += 1;
      return left.slice(start, done);
    },
  };
};
