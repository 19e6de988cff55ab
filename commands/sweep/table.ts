/** A sweep for people and for notebooks: a table of the means with the differences that there are, and a CSV with all of them. */
import type { Fills } from '../../config.ts';
import { counted, fixed, signed } from '../../projections/wording.ts';
import { measures, type Measure } from './figures.ts';
import type { Axis } from './grid.ts';
import type { Header } from './results.ts';
import type { Spread, Summary } from './summary.ts';

const keyOf = (pair: string): string => pair.split('=', 1)[0] ?? '';
const valueOf = (set: readonly string[], key: string): string =>
  set.find((pair) => keyOf(pair) === key)?.slice(key.length + 1) ?? '';

type Column = Readonly<{ head: string; cell: (summary: Summary) => string }>;

/** Measures that no variant changes have no column of differences. */
export const tableText = (
  summaries: readonly Summary[],
  axes: readonly Axis[],
  fills: Fills,
): string => {
  const columns = [
    ...axes.map(({ key }, index): Column => {
      const first = (variant: string): string => (index === 0 ? nameOf(variant, fills) : '');
      return {
        head: key.split('.').at(-1) ?? key,
        cell: ({ variant, set }) =>
          typeof variant === 'string' ? first(variant) : valueOf(set, key),
      };
    }),
    ...measures.flatMap((measure) => columnsOf(measure, summaries)),
    fills === 'simulated'
      ? { head: 'n', cell: ({ figures }: Summary) => String(figures.size) }
      : { head: 'otherwise', cell: (one: Summary) => `${otherwise(one)}/${one.figures.size}` },
    { head: 'ends', cell: endsText },
  ];
  const rows = summaries.map((summary) =>
    summary.refused === null
      ? columns.map(({ cell }) => cell(summary))
      : [
          ...columns.slice(0, axes.length).map(({ cell }) => cell(summary)),
          `left out: ${summary.refused}`,
        ],
  );
  return aligned([columns.map(({ head }) => head), ...rows], columns.length - 1);
};

const nameOf = (variant: string, fills: Fills): string =>
  variant === 'base' && fills === 'simulated' ? 'simulated' : 'recorded';

const columnsOf = (measure: Measure, summaries: readonly Summary[]): readonly Column[] => {
  const { head, name, places } = measure;
  if (head === null) return [];
  const moved = summaries.some(({ differences }) => (differences.get(name)?.mean ?? 0) !== 0);
  const isOne = summaries.every(({ figures }) => figures.size < 2);
  const difference: Column = {
    head: isOne ? 'Δ' : 'Δ (sd, n)',
    cell: (summary) =>
      summary === summaries[0] ? '' : spread(summary.differences.get(name), measure, isOne),
  };
  const mean = ({ means }: Summary): string => number(means.get(name)?.mean ?? null, places);
  return [{ head, cell: mean }, ...(moved ? [difference] : [])];
};

const endsText = ({ ends, figures }: Summary): string =>
  [...ends].map(([end, count]) => (count === figures.size ? end : `${count} ${end}`)).join(', ');

/** In how many sessions anything was decided otherwise than recorded. */
const otherwise = ({ figures }: Summary): number =>
  [...figures.values()].filter(({ diverged_at }) => diverged_at !== null).length;

const number = (value: number | null, places: number): string =>
  value === null ? '?' : fixed(value, places).replace(/\.0$/, '');

const spread = (found: Spread | undefined, { places }: Measure, isOne: boolean): string => {
  if (!found || found.mean === null) return '?';
  const { mean, sd, n } = found;
  if (isOne) return signed(mean, places);
  return `${signed(mean, places)} (${sd === null ? '?' : fixed(sd, places)}, ${n})`;
};

/** Columns end under each other; the last one, and what is left out, begins where it may. */
const aligned = (rows: readonly (readonly string[])[], columns: number): string => {
  const whole = rows.filter(({ length }) => length > columns);
  const widths = Array.from({ length: columns }, (_, index) =>
    Math.max(...whole.map((cells) => cells[index]?.length ?? 0)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, index) =>
          index === cells.length - 1 ? cell : cell.padStart(widths[index] ?? 0),
        )
        .join('  '),
    )
    .map((line) => `${line}\n`)
    .join('');
};

export const csvText = (
  summaries: readonly Summary[],
  axes: readonly Axis[],
  fills: Fills,
): string => {
  const heads = [
    'variant',
    'fills_are',
    ...axes.map(({ key }) => key),
    'sessions',
    ...measures.flatMap(({ name }) => [
      name,
      `${name}_n`,
      `${name}_difference`,
      `${name}_difference_sd`,
      `${name}_difference_n`,
    ]),
    'ends',
    'refused',
  ];
  const rows = summaries.map(({ variant, set, refused, means, differences, figures, ends }) => [
    typeof variant === 'string' ? variant : variant + 1,
    variant === 'actual' ? 'recorded' : fills,
    ...axes.map(({ key }) => valueOf(set, key)),
    figures.size,
    ...measures.flatMap(({ name }) => {
      const [mean, other] = [means.get(name), differences.get(name)];
      return [mean?.mean, mean?.n, other?.mean, other?.sd, other?.n];
    }),
    [...ends].map(([end, count]) => `${count} ${end}`).join('; '),
    refused ?? '',
  ]);
  return [heads, ...rows].map((cells) => `${cells.map(cellOf).join(',')}\n`).join('');
};

/** As RFC 4180 has it; what is not known is empty. */
const cellOf = (cell: string | number | null | undefined): string => {
  const text = String(cell ?? '');
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** What the figures are, and what they are not. */
export const preface = (summaries: readonly Summary[], { sessions, fills }: Header): string => {
  const base = summaries.find(({ variant }) => variant === 'base');
  const variants = summaries.filter(({ variant }) => typeof variant === 'number');
  const what = `${counted(sessions.length, 'session')} (${sessions.map(({ session }) => session).join(', ')}), ${counted(variants.length, 'variant')}`;
  return [
    ...(fills === 'simulated'
      ? simulatedPreface(what, summaries[0]?.variant === 'actual')
      : recordedPreface(what, base)),
    ...(sessions.some(({ network }) => network === 'paper')
      ? ['On paper: what was recorded of orders and fills is simulated too.']
      : []),
    sessions.length > 1
      ? 'Means over sessions; Δ with the deviation over sessions, and of how many (n).'
      : 'Of one session (n = 1) differences have no deviation: sweep several before you decide.',
    '',
    '',
  ].join('\n');
};

const simulatedPreface = (what: string, isHeld: boolean): readonly string[] => [
  `${what}, fills simulated: offers, fills, touch and inventory anew in the recorded market. No ledger has any of it.`,
  isHeld
    ? 'recorded: as it was. simulated: under its own settings; its Δ, against what was, is the error of the model. Of a variant Δ is against that.'
    : 'simulated: under its own settings; nothing was traded that the model could be held against. Of a variant Δ is against that.',
];

const recordedPreface = (what: string, base: Summary | undefined): readonly string[] => [
  `${what}, guards only: orders, fills and touch are the record's, up to the end that a variant comes to.`,
  'Where it decides otherwise, what comes after that is counterfactual. Unquoted: recorded fills while it would have been DEGRADED.',
  ...[...(base?.figures ?? [])].flatMap(([session, { diverged_at }]) =>
    diverged_at === null
      ? []
      : [
          `This build decides session ${session} otherwise from event ${diverged_at} on, whatever is swept: see neo replay ${session}.`,
        ],
  ),
];
