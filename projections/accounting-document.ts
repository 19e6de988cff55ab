/** A session's account as JSON, and as a few lines for people. What is not known is null, "?" in words. */
import {
  absolute,
  add,
  decimal,
  divide,
  format,
  formatFixed,
  isPositive,
  toNumber,
  type Decimal,
} from '../ledger/decimal.ts';
import { complete, type Accounting, type Part, type Parts } from './accounting.ts';
import { closed } from './markout.ts';
import { driftPctMost, regimes, segments, type Regime, type Segment } from './regime.ts';
import { totalsDocument, type TotalsDocument } from './totals.ts';
import { counted, fixed, signed } from './wording.ts';

export type PartDocument = TotalsDocument & Readonly<{ seconds: number }>;

export type AccountingDocument = PartDocument &
  Readonly<{
    drift: Readonly<Record<Segment, PartDocument>>;
    basis: Readonly<Record<Regime, PartDocument>>;
    spread_pnl_rlusd: string;
    revaluation_rlusd: string;
    spread_dominance: number | null;
  }>;

/** |spread| ÷ (|spread| + |revaluation|): 1 where all came of the spread, 0 where all came of the price; null of nothing. */
export const spreadDominance = (pnl: Decimal, revaluation: Decimal): number | null => {
  const spread = absolute(pnl);
  const both = add(spread, absolute(revaluation));
  return isPositive(both) ? toNumber(divide(spread, both)) : null;
};

/** As far as it is known now: of fills that are not judged yet markouts and toxicity are unknown. */
export const accountingDocument = (state: Accounting): AccountingDocument => {
  const now = complete({ ...state, open: [] }, state.open.map(closed));
  const { pnl } = now.total.totals;
  return {
    ...part(now.total),
    drift: each(now.segments),
    basis: each(now.regimes),
    spread_pnl_rlusd: format(pnl),
    revaluation_rlusd: format(now.revaluation),
    spread_dominance: spreadDominance(pnl, now.revaluation),
  };
};

const part = ({ ms, totals }: Part): PartDocument => ({
  seconds: ms / 1000,
  ...totalsDocument(totals),
});

const each = <Name extends string>(parts: Parts<Name>): Readonly<Record<Name, PartDocument>> =>
  Object.fromEntries(
    Object.entries<Part>(parts).map(([name, one]) => [name, part(one)]),
  ) as Readonly<Record<Name, PartDocument>>;

const row = (label: string, text: string): string => `${label.padEnd(10)}${text}`;

/** Markouts, drift, basis and where the result came from, a line each. */
export const accountingText = (told: AccountingDocument): string =>
  [
    row('markout', markouts(told)),
    row(
      'drift',
      segments.flatMap((name) => inPart(segmentName[name], told.drift[name], told)).join('; '),
    ),
    row('basis', regimes.flatMap((name) => inPart(name, told.basis[name], told)).join('; ')),
    row(
      'result',
      `spread ${money(told.spread_pnl_rlusd)}, price ${money(told.revaluation_rlusd)} RLUSD; spread dominance ${percent(told.spread_dominance)}`,
    ),
    '',
  ].join('\n');

const segmentName: Readonly<Record<Segment, string>> = {
  A: `A (above ${driftPctMost} %)`,
  B: `B (up to ${driftPctMost} %)`,
  unknown: 'unknown',
};

const markouts = ({ markout_bps, toxic, fills }: AccountingDocument): string => {
  if (fills === 0) return 'nothing was traded';
  const means = markout_bps.map(({ seconds, mean, n }) => `${bps(mean)} at ${seconds} s (n ${n})`);
  return `${means.join(', ')}; toxic ${toxic.fills} of ${toxic.n}`;
};

/** Nothing of a part in which no time was spent and nothing traded. */
const inPart = (
  name: string,
  { seconds, fills, vw_spread_bps: spread }: PartDocument,
  { seconds: all }: AccountingDocument,
): readonly string[] =>
  seconds === 0 && fills === 0
    ? []
    : [
        `${name} ${percent(all > 0 ? seconds / all : null)}, ${counted(fills, 'fill')}` +
          (fills > 0 ? `, VW ${bps(spread)}` : ''),
      ];

const bps = (value: number | null): string => (value === null ? '?' : `${signed(value, 1)} bps`);
const percent = (share: number | null): string =>
  share === null ? '?' : `${fixed(share * 100, 0)} %`;
const money = (text: string): string => formatFixed(decimal(text), 4).replace('-', '−');
