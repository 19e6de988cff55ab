/** A guard's operands: the last ticks as a sparkline, the value on a bar with its lines, and how far off the next one is. */
import type { Bar } from '../../projections/operands.ts';
import type { GuardView } from '../view.ts';

export const Operands = ({ view: { operands, release, phase } }: { readonly view: GuardView }) => (
  <div class="operands">
    {operands.map(({ name, value, distance, bar, spark, beyond }) => (
      <div key={name} class={beyond ? 'operand beyond' : 'operand'}>
        <span class="name">{name}</span>
        <Spark values={spark} bar={bar} />
        {bar ? <Gauge bar={bar} /> : <span />}
        <span class="value">{value}</span>
        <span class="distance">{distance}</span>
      </div>
    ))}
    {phase !== 'armed' && release.needed === 0 ? <p class="never">{release.note}</p> : null}
    {phase === 'armed' || release.needed < 2 ? null : (
      <div class="operand">
        <span class="name">release</span>
        <Pips count={release.count} needed={release.needed} />
        <span class="value">
          {release.count}/{release.needed}
        </span>
        <span class="distance">{release.note}</span>
      </div>
    )}
  </div>
);

const pipsMax = 30;

/** A pip a tick, or several where there are many. */
const Pips = ({ count, needed }: { readonly count: number; readonly needed: number }) => {
  const shown = Math.min(needed, pipsMax);
  const lit = Math.floor((count / needed) * shown);
  return (
    <svg class="pips" viewBox={`0 0 ${shown * 5} 9`} preserveAspectRatio="none" aria-hidden="true">
      {Array.from({ length: shown }, (_, i) => (
        <rect key={i} class={i < lit ? 'on' : ''} x={i * 5 + 0.5} y="0.5" width="4" height="8" />
      ))}
    </svg>
  );
};

const [sparkWidth, sparkHeight] = [64, 13];

const Spark = ({
  values,
  bar,
}: {
  readonly values: readonly (number | null)[];
  readonly bar: Bar | null;
}) => {
  const known = values.filter((value) => value !== null);
  if (!bar || known.length < 2) return <span class="spark" />;
  /** The bar's axis is of sizes; a column of one sign may be below zero. */
  const flipped = bar.from >= 0 && known.every((value) => value <= 0);
  const shown = values.map((value) => (value === null ? null : flipped ? -value : value));
  const lines = [...bar.trips, ...bar.releases];
  const low = Math.min(...lines, ...shown.filter((value) => value !== null));
  const high = Math.max(...lines, ...shown.filter((value) => value !== null));
  const y = (value: number): number =>
    sparkHeight - 1.5 - ((value - low) / (high - low || 1)) * (sparkHeight - 3);
  const x = (i: number): number => (i / Math.max(1, values.length - 1)) * sparkWidth;
  const points = shown.flatMap((value, i) =>
    value === null ? [] : [`${x(i).toFixed(1)} ${y(value).toFixed(1)}`],
  );
  return (
    <svg class="spark" width={sparkWidth} height={sparkHeight} aria-hidden="true">
      {bar.trips.map((trip) => (
        <path key={`t${trip}`} class="trip" d={`M0 ${y(trip)}h${sparkWidth}`} />
      ))}
      {bar.releases.map((release) => (
        <path key={`r${release}`} class="release" d={`M0 ${y(release)}h${sparkWidth}`} />
      ))}
      <path class="course" d={`M${points.join('L')}`} />
    </svg>
  );
};

const Gauge = ({ bar: { from, to, at, trips, releases } }: { readonly bar: Bar }) => {
  const x = (value: number): number =>
    Math.min(100, Math.max(0, ((value - from) / (to - from || 1)) * 100));
  const [first, last] = [trips[0], trips.at(-1)];
  const isCorridor = trips.length > 1;
  /** A single line forbids what is above it, unless zero is the forbidden side: a floor. */
  const zones: readonly (readonly [number, number])[] =
    first === undefined || last === undefined
      ? []
      : isCorridor
        ? [
            [0, x(first)],
            [x(last), 100],
          ]
        : [[x(first), 100]];
  return (
    <svg class="gauge" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" x="0" y="4.5" width="100" height="3" />
      {zones.map(([left, right]) => (
        <rect
          key={left}
          class="zone"
          x={left}
          y="4.5"
          width={Math.max(0, right - left)}
          height="3"
        />
      ))}
      {at === null ? null : (
        <rect
          class="fill"
          x={Math.min(x(at), x(Math.max(from, 0)))}
          y="4.5"
          width={Math.abs(x(at) - x(Math.max(from, 0)))}
          height="3"
        />
      )}
      {trips.map((trip) => (
        <path key={`t${trip}`} class="trip" d={`M${x(trip)} 0v12`} />
      ))}
      {releases.map((release) => (
        <path key={`r${release}`} class="release" d={`M${x(release)} 1v10`} />
      ))}
      {at === null ? null : <path class="at" d={`M${x(at)} 6h.001`} />}
    </svg>
  );
};
