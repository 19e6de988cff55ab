/** What was traded by a session's rows, whichever way they were made, with what it was worth afterwards; counted up to any event. */
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { SideTouch } from '../../events/market.ts';
import { zero, type Decimal } from '../../ledger/decimal.ts';
import { spreadDominance } from '../../projections/accounting-document.ts';
import * as accounting from '../../projections/accounting.ts';
import { closed, type JudgedFill } from '../../projections/markout.ts';
import { regimes, segments } from '../../projections/regime.ts';
import {
  none,
  plus,
  totalsDocument,
  type Totals,
  type TotalsDocument,
} from '../../projections/totals.ts';
import type { Figures, PartFigures } from './figures.ts';

export type TradedFigures = Pick<
  Figures,
  'fills' | 'drift' | 'basis' | 'spread_dominance' | 'touch_bid' | 'touch_ask'
>;

export type Trading = Readonly<{
  hear: (row: Recorded<Event>) => void;
  /** Of events up to this one. */
  fillsUpTo: (seq: number) => readonly JudgedFill[];
  figuresUpTo: (seq: number) => TradedFigures;
}>;

export const createTrading = (): Trading => {
  const completed: JudgedFill[] = [];
  const touches: Readonly<{ seq: number; bid: SideTouch | null; ask: SideTouch | null }>[] = [];
  /** The revaluation as of each tick. */
  const course: Readonly<{ seq: number; rlusd: Decimal }>[] = [];
  let account = accounting.empty;
  const fillsUpTo: Trading['fillsUpTo'] = (upTo) =>
    [...completed, ...account.open.map(closed)]
      .filter(({ seq }) => seq <= upTo)
      .toSorted((a, b) => a.seq - b.seq);
  return {
    hear: (row) => {
      account = accounting.apply(account, row);
      completed.push(...account.completed);
      const { seq, event } = row;
      if (event.type === 'touch.measured') touches.push({ seq, bid: event.bid, ask: event.ask });
      if (event.type === 'market.observed') course.push({ seq, rlusd: account.revaluation });
    },
    fillsUpTo,
    figuresUpTo: (upTo) => {
      const fills = fillsUpTo(upTo);
      const near = touches.filter(({ seq }) => seq <= upTo);
      const total = fills.reduce(plus, none);
      const revaluation = course.findLast(({ seq }) => seq <= upTo)?.rlusd ?? zero;
      return {
        fills: totalsDocument(total),
        drift: parts(segments, fills, ({ segment }) => segment),
        basis: parts(regimes, fills, ({ regime }) => regime),
        spread_dominance: spreadDominance(total.pnl, revaluation),
        touch_bid: within(near.map(({ bid }) => bid)),
        touch_ask: within(near.map(({ ask }) => ask)),
      };
    },
  };
};

const parts = <Name extends string>(
  names: readonly Name[],
  fills: readonly JudgedFill[],
  of: (fill: JudgedFill) => Name,
): Readonly<Record<Name, PartFigures>> => {
  const totals = new Map<Name, Totals>();
  for (const fill of fills) totals.set(of(fill), plus(totals.get(of(fill)) ?? none, fill));
  return Object.fromEntries(
    names.map((name) => [name, part(totalsDocument(totals.get(name) ?? none))]),
  ) as Readonly<Record<Name, PartFigures>>;
};

const part = ({ fills, vw_spread_bps, toxic }: TotalsDocument): PartFigures => ({
  fills,
  vw_spread_bps,
  toxic,
});

/** Of the ticks at which a side had a distance, those within 2 bps. */
const within = (sides: readonly (SideTouch | null)[]): number | null => {
  const known = sides.filter((side) => side !== null);
  return known.length === 0 ? null : known.filter((side) => side.within2bps).length / known.length;
};
