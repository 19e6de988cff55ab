/** The account in a report: fills and time by drift of the inventory and by regime of the basis, and where the result came from. */
import { driftPctMost, alignedBpsMost, divergentBpsMost } from '../../projections/regime.ts';
import type { AccountingDocument, PartDocument } from '../../projections/accounting-document.ts';
import { horizons } from '../../projections/markout.ts';
import { fixed, signed } from '../../projections/wording.ts';
import type { Markup } from './markup.ts';
import { figure, section, table, words, type Cell } from './table.ts';

export const accountSection = (told: AccountingDocument): Markup => {
  const { drift, basis } = told;
  const parts: readonly (readonly [string, PartDocument])[] = [
    ['all', told],
    [`drift above ${driftPctMost} % (A)`, drift.A],
    [`drift up to ${driftPctMost} % (B)`, drift.B],
    ['drift unknown', drift.unknown],
    [`basis aligned, up to ${alignedBpsMost} bps`, basis.aligned],
    [`basis divergent, up to ${divergentBpsMost} bps`, basis.divergent],
    ['basis in stress, above', basis.stress],
    ['basis unknown', basis.unknown],
  ];
  return section(
    'Account',
    table(
      [
        '',
        'time*',
        'fills*',
        'VW spread, bps*',
        ...horizons.map((seconds) => `after ${seconds} s*`),
        'toxic*',
      ],
      parts
        .filter(([, { seconds, fills }], index) => index === 0 || seconds > 0 || fills > 0)
        .map(([name, part]) => line(name, part, told.seconds)),
    ),
    words(
      `Spread ${told.spread_pnl_rlusd} RLUSD, course of the price ${told.revaluation_rlusd} RLUSD: spread dominance ${share(told.spread_dominance)}. ` +
        `After so many seconds: what a fill was worth against the mid of the first tick from then on; toxic: less than nothing after ${horizons.at(-1)} s, beyond the spread earned. "?" is not known.`,
    ),
  );
};

const line = (name: string, part: PartDocument, all: number): readonly Cell[] => [
  name,
  figure(share(all > 0 ? part.seconds / all : null)),
  figure(String(part.fills)),
  figure(bps(part.vw_spread_bps)),
  ...part.markout_bps.map(({ mean }) => figure(bps(mean))),
  figure(part.toxic.n === 0 ? '?' : `${part.toxic.fills} of ${part.toxic.n}`),
];

const bps = (value: number | null): string => (value === null ? '?' : signed(value, 1));
const share = (value: number | null): string =>
  value === null ? '?' : `${fixed(value * 100, 0)} %`;
