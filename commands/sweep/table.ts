/** A sweep for people and for notebooks: a table of the means with the differences that there are, and a CSV with all of them. */
import { counted, fixed, signed } from '../../projections/wording.ts';
import { measures, type Measure } from './figures.ts';
import type { Axis } from './grid.ts';
import type { Spread, Summary } from './summary.ts';

/** The base's line has no values. */
const keyOf = (pair: string): string => pair.split('=', 1)[0] ?? '';
const valueOf = (set: readonly string[], key: string): string =>
  set.find((pair) => keyOf(pair) === key)?.slice(key.length + 1) ?? '';

/** Measures that no variant changes have no column of differences. */
export const tableText = (summaries: readonly Summary[], axes: readonly Axis[]): string => {
  const moved = (measure: Measure): boolean =>
    summaries.some(({ differences }) => (differences.get(measure.name)?.mean ?? 0) !== 0);
  const heads = [
    ...axes.map(({ key }) => key.split('.').at(-1) ?? key),
    ...measures.flatMap((measure) => [measure.head, ...(moved(measure) ? [`Δ (sd, n)`] : [])]),
    'n',
    'ends',
  ];
  const rows = summaries.map((summary) => {
    const { variant, set, refused, means, differences, figures, ends } = summary;
    const values = axes.map(({ key }, index) =>
      variant === null ? (index === 0 ? 'recorded' : '') : valueOf(set, key),
    );
    if (refused !== null) return [...values, `left out: ${refused}`];
    return [
      ...values,
      ...measures.flatMap((measure) => [
        number(means.get(measure.name)?.mean ?? null, measure.places),
        ...(moved(measure)
          ? [variant === null ? '' : spread(differences.get(measure.name), measure)]
          : []),
      ]),
      String(figures.size),
      [...ends]
        .map(([end, count]) => (count === figures.size ? end : `${count} ${end}`))
        .join(', '),
    ];
  });
  return aligned([heads, ...rows], heads.length - 1);
};

const number = (value: number | null, places: number): string =>
  value === null ? '?' : fixed(value, places).replace(/\.0$/, '');

const spread = (found: Spread | undefined, { places }: Measure): string => {
  if (!found || found.mean === null) return '?';
  const { mean, sd, n } = found;
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

export const csvText = (summaries: readonly Summary[], axes: readonly Axis[]): string => {
  const heads = [
    'variant',
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
    variant === null ? 'base' : variant + 1,
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
export const preface = (summaries: readonly Summary[], sessions: readonly number[]): string => {
  const [base, ...variants] = summaries;
  const moved = variants.filter(({ figures }) =>
    [...figures.values()].some(({ diverged_at }) => diverged_at !== null),
  ).length;
  const otherwise = [...(base?.figures ?? [])].filter(([, one]) => one.diverged_at !== null);
  return [
    `${counted(sessions.length, 'session')} (${sessions.join(', ')}), ${counted(variants.length, 'variant')}, guards only. Orders, fills and touch are the record's, up to each variant's end:`,
    `of ${moved} that decide otherwise what comes after that is counterfactual. Unquoted: recorded fills while the variant would have been DEGRADED.`,
    'Means over sessions; Δ: difference from the recorded settings (its deviation over sessions, n).',
    ...otherwise.map(
      ([session, { diverged_at }]) =>
        `This build decides session ${session} otherwise from event ${diverged_at} on, whatever is swept: see neo replay ${session}.`,
    ),
    '',
    '',
  ].join('\n');
};
