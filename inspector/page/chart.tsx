/**
 * The statecharts, as ELK placed them from the machines' definitions: the join above, a region for each guard with its operands,
 * the session's and the gateway's beneath. Active states are lit, the last transition is the bold arrow.
 */
import type { Arrow, Box, Placed } from '../placement.ts';
import type { Move, Moved } from '../../projections/moment.ts';
import type { GuardView, MomentView } from '../view.ts';
import { Glyph } from './glyph.tsx';
import { Operands } from './operands.tsx';
import { charts, moment, startAt } from './store.ts';
import { span } from './words.ts';

export const Charts = () => {
  const now = moment.value;
  const placement = charts.value;
  if (!now || !placement) {
    return <aside class="charts" aria-label="Statecharts"></aside>;
  }
  const { moved } = now;
  return (
    <aside class="charts" aria-label="Statecharts" tabIndex={0}>
      <h2>
        <span>
          <b>mode</b>, statechart of the mode actor
        </span>
        <span class="count">{lastWords(moved.mode)}</span>
      </h2>
      <div class="join">
        <Drawing
          placed={placement.join}
          active={[now.mode, ...(now.halt ? [now.word === 'HALT' ? 'HALT' : 'ended'] : [])]}
          hot={moved.mode?.moves.filter(({ region }) => region === null) ?? []}
          label={`The join: ${now.mode}`}
        />
      </div>
      {now.guards.map((view) => {
        const placed = placement.guards[view.guard];
        return placed ? <Region key={view.guard} view={view} placed={placed} now={now} /> : null;
      })}
      {(['session', 'gateway'] as const).map((actor) => (
        <section key={actor} class="region">
          <h3>
            {actor}
            <span class="count">{lastWords(moved[actor])}</span>
          </h3>
          <Drawing
            placed={placement[actor]}
            active={[actor === 'session' ? now.stage : now.gateway]}
            hot={moved[actor]?.moves ?? []}
            label={`The ${actor}: ${actor === 'session' ? now.stage : now.gateway}`}
          />
        </section>
      ))}
    </aside>
  );
};

const lastWords = (moved: Moved | undefined): string => {
  const move = moved?.moves.at(-1);
  if (!moved || !move) return '';
  return `last: ${move.region ? `${move.region} ` : ''}${move.to}, ${span(moved.at - startAt.value)}`;
};

type RegionProps = {
  readonly view: GuardView;
  readonly placed: Placed;
  readonly now: MomentView;
};

const Region = ({ view, placed, now }: RegionProps) => {
  const { guard, name, headline, phase, enabled, ring, endless } = view;
  const isLit = phase !== 'armed';
  const hot = (now.moved.mode?.moves ?? []).filter(({ region }) => region === guard);
  const out: readonly Move[] =
    now.halt?.source === guard
      ? placed.exits.map(({ key }) => ({ actor: 'mode', region: guard, from: phase, to: key }))
      : [];
  return (
    <section class={`region ${guard} ${isLit ? 'lit' : ''} ${enabled ? '' : 'off'}`}>
      <h3>
        <Glyph guard={guard} />
        <span>{name}</span>
        <span class="count">{enabled ? headline : 'switched off'}</span>
      </h3>
      <div class="chart">
        <Drawing
          placed={placed}
          active={[phase]}
          hot={[...hot, ...out]}
          label={`${guard}: ${phase}`}
        />
        {ring || endless ? <Ring ring={ring} /> : null}
      </div>
      <Operands view={view} />
    </section>
  );
};

/** What runs out, as an arc with what is left inside; dashed where nothing ever does. */
const Ring = ({ ring }: Pick<GuardView, 'ring'>) => {
  const circle = 2 * Math.PI * 11;
  const text = ring
    ? ring.left
        .replace(/ s$/, '')
        .replace(/m\d\ds$/, 'm')
        .replace(/h.*$/, 'h')
    : '∞';
  return (
    <svg
      class="ring"
      width="28"
      height="28"
      viewBox="0 0 28 28"
      role="img"
      aria-label={ring ? `${ring.left} left` : 'waits for ever'}
    >
      <circle class={ring ? 'back' : 'back wait'} cx="14" cy="14" r="11" />
      {ring ? (
        <circle
          class="left"
          cx="14"
          cy="14"
          r="11"
          stroke-dasharray={`${ring.share * circle} ${circle}`}
          transform="rotate(-90 14 14)"
        />
      ) : null}
      <text x="14" y="18" text-anchor="middle">
        {text}
      </text>
    </svg>
  );
};

type DrawingProps = {
  readonly placed: Placed;
  readonly active: readonly string[];
  readonly hot: readonly Move[];
  readonly label: string;
};

const Drawing = ({ placed, active, hot, label }: DrawingProps) => {
  const { width, height, states, compound, arrows, exits } = placed;
  const calm = states[0]?.key;
  const inside =
    compound && states.some((box) => active.includes(box.key) && within(compound, box));
  return (
    <svg
      class="drawing"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={label}
    >
      {compound ? (
        <rect
          class={inside ? 'compound on' : 'compound'}
          x={compound.x}
          y={compound.y}
          width={compound.w}
          height={compound.h}
          rx="9"
        />
      ) : null}
      {arrows.map((arrow) => (
        <Line
          key={`${arrow.from.join()} ${arrow.to}`}
          arrow={arrow}
          hot={hot.some((move) => isTaken(arrow, move) && !isTakenByOne(arrows, arrow, move))}
        />
      ))}
      {states.map((box) => (
        <State key={box.key} box={box} on={active.includes(box.key)} calm={box.key === calm} />
      ))}
      {exits.map((box) => (
        <g key={box.key} class="exit">
          <title>HALT: {box.key}</title>
          <path
            d={`M${box.x + 5} ${box.y}h${box.w - 10}l5 5v${box.h - 10}l-5 5h${10 - box.w}l-5-5v${10 - box.h}Z`}
          />
          <text x={box.x + box.w / 2} y={box.y + 14} text-anchor="middle">
            {box.key}
          </text>
        </g>
      ))}
    </svg>
  );
};

const within = (outer: Omit<Box, 'key'>, { x, y }: Box): boolean =>
  x >= outer.x && x <= outer.x + outer.w && y >= outer.y && y <= outer.y + outer.h;

const isTaken = ({ from, to }: Arrow, move: Move): boolean =>
  to === move.to && from.includes(move.from);

/** An arrow from one state says more than one from anywhere. */
const isTakenByOne = (arrows: readonly Arrow[], arrow: Arrow, move: Move): boolean =>
  arrow.from.length > 1 && arrows.some((one) => one.from.length === 1 && isTaken(one, move));

const State = ({
  box,
  on,
  calm,
}: {
  readonly box: Box;
  readonly on: boolean;
  readonly calm: boolean;
}) => (
  <g class={`state ${box.key} ${on ? 'on' : ''} ${calm ? 'calm' : ''}`}>
    <rect x={box.x} y={box.y} width={box.w} height={box.h} rx="6" />
    <text x={box.x + box.w / 2} y={box.y + 14} text-anchor="middle">
      {box.key}
    </text>
  </g>
);

const Line = ({ arrow, hot }: { readonly arrow: Arrow; readonly hot: boolean }) => {
  const [x, y] = arrow.points.at(-1) ?? [0, 0];
  const [bx, by] = arrow.points.at(-2) ?? [x - 1, y];
  const turn = (Math.atan2(y - by, x - bx) * 180) / Math.PI;
  return (
    <g class={hot ? 'arrow hot' : 'arrow'}>
      <title>{arrow.title}</title>
      <path class="shaft" d={`M${arrow.points.map(([px, py]) => `${px} ${py}`).join('L')}`} />
      <path class="tip" d="M0 0l-6-3v6Z" transform={`translate(${x} ${y}) rotate(${turn})`} />
      {arrow.words.map((word, line) => (
        <text key={word} x={(arrow.at?.x ?? 0) + 1} y={(arrow.at?.y ?? 0) + 10 + 12 * line}>
          {word}
        </text>
      ))}
    </g>
  );
};
