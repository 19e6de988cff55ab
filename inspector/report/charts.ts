/** The lanes of numbers: prices with quotes and fills, the anchor error between its lines, the share in its corridor, wallet checks. */
import type { Column } from '../../projections/strip.ts';
import { fixed, signed, span } from '../../projections/wording.ts';
import { placesOf, reach, valueMarks } from '../page/lanes/scale.ts';
import { valuesOf } from './bins.ts';
import {
  across,
  axis,
  plotTo,
  plotFrom,
  title,
  values,
  valueScale,
  type Canvas,
  type Lane,
} from './canvas.ts';
import type { TruthMark } from './gather.ts';
import { html, type Markup } from './markup.ts';
import { band, curve, px, steps } from './path.ts';

const seriesOf = ({ told }: Canvas, name: Column): readonly (number | null)[] =>
  valuesOf(told.bins, name);

/** Of one tick each, or of more. */
const isDense = ({ told }: Canvas): boolean => told.bins.some(({ ticks }) => ticks > 1);

const extremes = ({ told }: Canvas, name: 'mid' | 'error' | 'xrp') => ({
  low: told.bins.map(({ low }) => low[name]),
  high: told.bins.map(({ high }) => high[name]),
});

export const priceLane = (canvas: Canvas, lane: Lane): readonly Markup[] => {
  const { told, x, endX, time } = canvas;
  const of = (name: Column) => seriesOf(canvas, name);
  const mids = extremes(canvas, 'mid');
  const shown = [of('bid'), of('ask'), of('amm'), of('ourBid'), of('ourAsk'), mids.low, mids.high];
  const prices = told.fillMarks.map(({ price }) => price);
  const [low, high] = reach([...shown, prices], [0, 1], 0.06);
  const to = valueScale(lane, low, high);
  const marks = valueMarks(low, high, 4);
  const quotes = ['ourBid', 'ourAsk'] as const;
  const isKnown = shown.some((series) => series.some((value) => value !== null));
  const { buy, sell } = told.moment.session.fills;
  return [
    title(lane, 'price', 'RLUSD per XRP'),
    html`<text x="10" y="${px(lane.y + 48)}" class="soft"
      ><tspan class="key">mid</tspan>, touch</text
    >`,
    html`<text x="10" y="${px(lane.y + 63)}" class="key anchor_saturation">AMM</text>`,
    html`<text x="10" y="${px(lane.y + 78)}" class="soft">our quotes, fills</text>`,
    ...(isKnown ? marks : []).flatMap((mark) => [
      across(to.at(mark), 'grid'),
      axis(to.at(mark), fixed(mark, placesOf(marks))),
    ]),
    html`<path d="${band(x, of('bid'), of('ask'), to, endX)}" class="touch" />`,
    ...(isDense(canvas)
      ? [html`<path d="${band(x, mids.low, mids.high, to, endX)}" class="spread" />`]
      : []),
    ...quotes.map((name) => html`<path d="${steps(x, of(name), to, endX)}" class="quote" />`),
    html`<path d="${steps(x, of('amm'), to, endX)}" class="amm anchor_saturation" />`,
    html`<path d="${steps(x, of('mid'), to, endX)}" class="mid" />`,
    ...quotes.flatMap((name) => crosses(canvas, of(name), (value) => to.at(value))),
    ...told.fillMarks.map(({ at, price, side }) => triangle(time.at(at), to.at(price), side)),
    ...values(lane, [
      { text: `${buy} ${buy === 1 ? 'buy' : 'buys'}`, name: buy === 0 ? 'none' : 'strong' },
      { text: `${sell} ${sell === 1 ? 'sell' : 'sells'}`, name: sell === 0 ? 'none' : 'strong' },
    ]),
  ];
};

/** Where a quote stops resting; with more than a few ticks a pixel there is no telling. */
const crosses = (
  canvas: Canvas,
  series: readonly (number | null)[],
  to: (value: number) => number,
): readonly Markup[] => {
  if (isDense(canvas)) return [];
  return series.flatMap((value, i) => {
    const [next, at] = [series[i + 1], canvas.x[i + 1]];
    if (value === null || next !== null || at === undefined) return [];
    if (canvas.told.fillMarks.some((fill) => Math.abs(canvas.time.at(fill.at) - at) < 1)) return [];
    const y = to(value);
    return [
      html`<path d="M${px(at - 3)} ${px(y - 3)}l6 6m0 -6l-6 6" class="quote"
        ><title>a quote ends</title></path
      >`,
    ];
  });
};

const triangle = (x: number, y: number, side: 'buy' | 'sell'): Markup => {
  const sign = side === 'buy' ? 1 : -1;
  return html`<path
    d="M${px(x)} ${px(y - sign * 5)}l5 ${sign * 9}h-10Z"
    class="fill directional_drift"
  />`;
};

export const anchorLane = (canvas: Canvas, lane: Lane): readonly Markup[] => {
  const { told, x, endX, thresholds } = canvas;
  const limits = thresholds?.guards.anchor_saturation;
  const [trip, exit] = [
    limits?.bias_threshold_bps ?? null,
    limits?.exit_bias_threshold_bps ?? null,
  ];
  const errors = extremes(canvas, 'error');
  const means = seriesOf(canvas, 'mean');
  const [least, most] = reach([errors.low, errors.high, means], [-(trip ?? 6), trip ?? 6], 0.05);
  const low = Math.min(least, -1, most > 0 ? -1.1 * (trip ?? 0) : 0);
  const high = Math.max(most, 1, least < 0 && most < 0 ? 0 : 1.1 * (trip ?? 0));
  const to = valueScale(lane, low, high, 6);
  const isShown = (value: number): boolean => value >= low && value <= high;
  const hue = 'anchor_saturation';
  /** Far enough for a word each. */
  const isApart = (a: number, b: number): boolean => Math.abs(to.at(a) - to.at(b)) >= 11;
  const lines = [-1, 1].flatMap((sign) => [
    ...(trip !== null && isShown(sign * trip)
      ? limitLine(lane, to.at(sign * trip), sign, sign * trip)
      : []),
    ...(exit !== null && isShown(sign * exit)
      ? [
          across(to.at(sign * exit), `release ${hue}`),
          ...(isApart(exit, trip ?? 0)
            ? [axis(to.at(sign * exit), `release ${fixed(sign * exit, 0)}`)]
            : []),
        ]
      : []),
  ]);
  const last = means.findLast((value) => value !== null) ?? null;
  return [
    title(lane, 'anchor error', 'bps, AMM − mid', hue),
    across(to.at(0), 'grid'),
    axis(to.at(0), '0'),
    ...lines,
    isDense(canvas)
      ? html`<path d="${band(x, errors.low, errors.high, to, endX)}" class="range ${hue}" />`
      : html`<path
          d="${dots(x, seriesOf(canvas, 'error'), (value) => to.at(value))}"
          class="dots ${hue}"
        />`,
    html`<path d="${curve(x, means, to)}" class="mean ${hue}" />`,
    ...values(lane, [
      { text: last === null ? 'no mean yet' : `mean ${signed(last, 2)}`, name: `strong ${hue}` },
      {
        text: `${told.moment.session.mode.guards[hue].episode.trips === 0 ? 'never tripped' : stood(canvas)}`,
      },
    ]),
  ];
};

const limitLine = (lane: Lane, y: number, sign: number, value: number): readonly Markup[] => {
  const border = sign < 0 ? lane.y + lane.height : lane.y;
  return [
    html`<rect
      x="${plotFrom}"
      y="${px(Math.min(y, border))}"
      width="${plotTo - plotFrom}"
      height="${px(Math.abs(border - y))}"
      class="zone anchor_saturation"
    />`,
    across(y, 'limit anchor_saturation'),
    axis(y, `trip ${fixed(value, 0)}`),
  ];
};

/** For how long the present or last episode has stood, or stood. */
const stood = ({ told }: Canvas): string => {
  const trip = told.trips.shown.findLast(({ guard }) => guard === 'anchor_saturation');
  return trip ? `stood ${span((trip.recoveredAt ?? told.moment.at) - trip.at)}` : '';
};

const dots = (
  x: readonly number[],
  series: readonly (number | null)[],
  to: (value: number) => number,
): string =>
  series
    .map((value, i) => (value === null ? '' : `M${px((x[i] ?? 0) - 0.1)} ${px(to(value))}h.2`))
    .join('');

export const shareLane = (canvas: Canvas, lane: Lane): readonly Markup[] => {
  const { x, endX, thresholds } = canvas;
  const limits = thresholds?.guards.inventory_corridor;
  const [least, most] = [limits?.min_xrp_pct ?? 0, limits?.max_xrp_pct ?? 100];
  const { low: lows, high: highs } = extremes(canvas, 'xrp');
  const [low, high] = reach([lows, highs, [least, most]], [0, 100], 0.08);
  const to = valueScale(lane, low, high, 5);
  const hue = 'inventory_corridor';
  const shares = seriesOf(canvas, 'xrp');
  const last = shares.findLast((value) => value !== null) ?? null;
  const rlusd = seriesOf(canvas, 'rlusd').findLast((value) => value !== null) ?? null;
  return [
    title(lane, 'XRP share', '% of value', hue),
    html`<rect
      x="${plotFrom}"
      y="${px(to.at(most))}"
      width="${plotTo - plotFrom}"
      height="${px(to.at(least) - to.at(most))}"
      class="corridor ${hue}"
    />`,
    ...[least, most].flatMap((edge) => [
      across(to.at(edge), `limit ${hue}`),
      axis(to.at(edge), fixed(edge, 0), `soft ${hue}`),
    ]),
    ...(isDense(canvas)
      ? [html`<path d="${band(x, lows, highs, to, endX)}" class="range ${hue}" />`]
      : []),
    html`<path d="${steps(x, shares, to, endX)}" class="line ${hue}" />`,
    ...values(lane, [
      { text: last === null ? 'unknown' : `${fixed(last, 1)} %`, name: `strong ${hue}` },
      { text: rlusd === null ? '' : `${fixed(rlusd, 2)} RLUSD` },
    ]),
  ];
};

export const truthLane = (canvas: Canvas, lane: Lane): readonly Markup[] => {
  const { told, thresholds } = canvas;
  const limits = thresholds?.guards.wallet_truth;
  const trip = limits?.trip_delta_xrp ?? 5;
  const to = valueScale(lane, -trip, trip, 8);
  const hue = 'wallet_truth';
  const { ok, warn, trip: trips, unverified } = told.checkCounts;
  const others = [
    ...(warn > 0 ? [`${warn} warn`] : []),
    ...(trips > 0 ? [`${trips} trip`] : []),
    ...(unverified > 0 ? [`${unverified} unverified`] : []),
  ];
  return [
    title(lane, 'wallet truth', 'ΔXRP, books − wallet', hue),
    across(to.at(0), 'grid'),
    ...[-trip, trip].flatMap((edge) => [
      across(to.at(edge), `release ${hue}`),
      axis(to.at(edge), `${edge > 0 ? 'trip +' : ''}${fixed(edge, 0)}`, `soft ${hue}`),
    ]),
    ...told.truthMarks.map((mark) => check(canvas, mark, to.at(clamped(mark.delta ?? 0, trip)))),
    ...values(lane, [
      { text: `${ok} ok`, name: ok > 0 ? 'strong wallet_truth' : 'none' },
      { text: others.length === 0 ? 'no other' : others.join(', ') },
    ]),
  ];
};

const clamped = (value: number, most: number): number => Math.max(-most, Math.min(most, value));

const check = ({ time }: Canvas, { at, status }: TruthMark, y: number): Markup => {
  const x = time.at(at);
  return status === 'unverified'
    ? html`<path d="M${px(x - 3)} ${px(y - 3)}l6 6m0 -6l-6 6" class="check wallet_truth"
        ><title>unverified</title></path
      >`
    : html`<circle cx="${px(x)}" cy="${px(y)}" r="3.5" class="check ${status} wallet_truth"
        ><title>${status}</title></circle
      >`;
};
