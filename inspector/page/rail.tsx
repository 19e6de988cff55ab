/** On the left: the sessions, each a bar of its own modes with how it ended, and the actors with their states at the cursor. */
import { useEffect, useRef } from 'preact/hooks';
import { barCells } from '../bar.ts';
import type { Card } from '../cards.ts';
import { open } from './listen.ts';
import { dialog, isOver, moment, newestMoment, sessions, shown } from './store.ts';
import { instant, span } from './words.ts';
import { nextTheme } from './theme.ts';

export const Rail = () => (
  <nav class="rail" aria-label="Sessions and actors">
    <h2>
      Sessions <span class="count">{sessions.value.length}</span>
    </h2>
    <ol class="sessions">
      {sessions.value.toReversed().map((card) => (
        <SessionRow key={card.session} card={card} />
      ))}
    </ol>
    <Actors />
    <p class="keys">
      <button type="button" class="plain" onClick={() => (dialog.value = 'keys')}>
        <kbd>?</kbd> keys
      </button>
      <button type="button" class="plain" onClick={nextTheme}>
        <kbd>T</kbd> theme
      </button>
    </p>
  </nav>
);

const SessionRow = ({ card }: { readonly card: Card }) => {
  const isShown = shown.value?.session === card.session;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isShown && row.current) bringIn(row.current);
  }, [isShown]);
  const now = isShown ? newestMoment.value : null;
  const { end } = card;
  const over = now ? isOver.value : card.imported || end !== null || card.bar === null || card.died;
  return (
    <li ref={row}>
      <button
        type="button"
        class={isShown ? 'session on' : 'session'}
        aria-current={isShown ? 'true' : undefined}
        onClick={() => void open(card.session)}
      >
        <span class="id">S{card.session}</span>
        <BarView card={card} />
        <time title={instant(card.openedAt)}>{over ? begun(card.openedAt) : 'now'}</time>
        <span class="why">
          {end?.protective ? <b class="HALT">HALT </b> : null}
          {end?.reason ?? withoutReason(card, over, now?.at ?? card.lastAt)}
        </span>
      </button>
    </li>
  );
};

/** Its time where it is of the newest session's day, else its day. */
const begun = (at: number): string => {
  const newest = sessions.value.at(-1)?.openedAt ?? at;
  const [day, time] = instant(at).split(' ');
  return instant(newest).startsWith(day ?? '') ? (time ?? '').slice(0, 5) : (day ?? '').slice(5);
};

/** Within the list alone: on a phone the page itself stays where it is. */
const bringIn = ({ parentElement: list, offsetTop, offsetHeight }: HTMLElement): void => {
  if (!list) return;
  const top = offsetTop - list.offsetTop;
  const least = top + offsetHeight - list.clientHeight;
  list.scrollTop = Math.min(top, Math.max(least, list.scrollTop));
};

const withoutReason = (
  { bar, died, imported, openedAt }: Card,
  over: boolean,
  lastAt: number,
): string => {
  if (bar === null) return '…';
  if (imported) return 'no end in what was imported';
  return died ? 'died' : over ? 'closed' : `runs, ${span(lastAt - openedAt)}`;
};

/** A HALT, which comes at the very end, is never narrower than can be seen; in cells. */
const least = 5;

/** The session's modes along its own length; the worse lies over the better. */
const BarView = ({ card: { bar } }: { readonly card: Card }) => {
  let at = 0;
  const rects = (bar ?? [{ mode: 'unread' as const, cells: barCells }]).map(({ mode, cells }) => {
    const width = mode === 'HALT' ? Math.max(least, cells) : cells;
    const x = Math.min(at, barCells - width);
    at += cells;
    return { mode, x, width };
  });
  const ranked = ['unread', 'OK', 'DEGRADED', 'HALT'] as const;
  return (
    <svg
      class="bar"
      width="88"
      height="8"
      viewBox={`0 0 ${barCells} 8`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {ranked
        .flatMap((rank) => rects.filter(({ mode }) => mode === rank))
        .map(({ mode, x, width }) => (
          <rect key={`${mode} ${x}`} class={`fill ${mode}`} x={x} y="1" width={width} height="6" />
        ))}
    </svg>
  );
};

const kinds = { machine: '◇', reducer: 'Σ' } as const;

const Actors = () => (
  <>
    <h2>Actors</h2>
    <ul class="actors">
      {(moment.value?.actors ?? []).map(({ name, kind, state }) => (
        <li key={name}>
          <span class="kind" title={kind}>
            {kinds[kind]}
          </span>
          {name}
          <span class={name === 'mode' ? `state ${state}` : 'state'}>{state}</span>
        </li>
      ))}
    </ul>
  </>
);
