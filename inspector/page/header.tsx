/** What stands above everything: the network, which session, how fresh what is shown is, what an operator may ask for. */
import {
  awaited,
  canAct,
  clock,
  cursor,
  dialog,
  frame,
  isOver,
  link,
  newestMoment,
  notice,
  shown,
  token,
} from './store.ts';
import { instant, span, timeBeside } from './words.ts';

const networks = {
  sandbox: 'SANDBOX',
  paper: 'PAPER, FILLS SIMULATED',
  live: 'LIVE, REAL MONEY',
} as const;

export const Header = () => {
  const session = shown.value;
  const network = session?.network ?? null;
  return (
    <>
      <div class="strip" />
      <header class="top">
        <span class="brand">NEO</span>
        {network ? <span class="network">{networks[network]}</span> : null}
        {session ? (
          <span class="which">
            <b>S{session.session}</b> XRP/RLUSD · profile {session.profile} ·{' '}
            <time>{instant(session.openedAt)}</time>
          </span>
        ) : null}
        <span class="space" />
        <Pill />
        <Reading />
        {isOver.value && link.value.kind !== 'lost' && !frame.value?.gone ? <Report /> : null}
        <Buttons />
      </header>
      <Banner />
      <Notice />
    </>
  );
};

const Pill = () => {
  const now = link.value;
  if (now.kind === 'opening') return <span class="pill">connecting</span>;
  if (now.kind === 'lost') return <span class="pill lost">disconnected</span>;
  const over = shown.value?.imported ? 'imported session' : isOver.value ? 'ended session' : null;
  if (cursor.value !== null) {
    return <span class="pill scrubbing">scrubbing{over ? `, ${over}` : ''}</span>;
  }
  if (over) return <span class="pill ended">{over}</span>;
  return <span class="pill live">live, {age()}</span>;
};

/** How old the newest event is. On a virtual or an accelerated clock it is not of now, and says its own time. */
const age = (): string => {
  const at = frame.value?.moment?.at;
  if (at === undefined) return 'nothing yet';
  const behind = clock.value - at;
  return Math.abs(behind) < 60_000
    ? `${(Math.max(0, behind) / 1000).toFixed(1)} s behind`
    : `at ${timeBeside(at, clock.value)}`;
};

/** How far a long log has been read. */
const Reading = () => {
  const told = frame.value;
  if (!told || told.damage !== null || told.durable - told.read < 2_000) return null;
  return <span class="pill">reading {Math.floor((100 * told.read) / told.durable)} %</span>;
};

/** An ended session has its report beside the database, or neo report makes it. */
const Report = () => (
  <a class="button" href={`/report?session=${shown.value?.session ?? 0}`} target="_blank">
    Report <kbd>P</kbd>
  </a>
);

const Buttons = () => {
  const runs = !isOver.value && frame.value !== null;
  if (canAct.value === null || frame.value?.gone) return null;
  if (!canAct.value) {
    return (
      <span class="pill" title="The address that was printed at the start has the token.">
        read-only: {token.value === null ? 'no token' : 'token not valid'}
      </span>
    );
  }
  return (
    <div class="actions">
      {runs && newestMoment.value?.halt === null ? (
        <button type="button" class="button" onClick={() => (dialog.value = 'stop')}>
          Stop…
        </button>
      ) : null}
      {awaited.value ? (
        <button type="button" class="button" onClick={() => (dialog.value = 'acknowledge')}>
          Acknowledge{' '}
          {awaited.value.session === shown.value?.session ? '' : `S${awaited.value.session} `}
          event {awaited.value.seq}… <kbd>A</kbd>
        </button>
      ) : null}
      {frame.value?.killLatched && !runs ? (
        <button type="button" class="button" onClick={() => (dialog.value = 'clear')}>
          Clear kill switch…
        </button>
      ) : null}
      {runs ? (
        <button type="button" class="button kill" onClick={() => (dialog.value = 'kill')}>
          <Octagon /> Kill switch… <kbd>⇧K</kbd>
        </button>
      ) : null}
    </div>
  );
};

export const Octagon = () => (
  <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
    <path class="octagon" d="M3.6.5h4.8L11.5 3.6v4.8L8.4 11.5H3.6L.5 8.4V3.6Z" />
  </svg>
);

/** What came of the last request, until it is put away. */
const Notice = () =>
  notice.value === null ? null : (
    <p class="banner notice" role="status">
      {notice.value}
      <button type="button" class="plain" onClick={() => (notice.value = null)}>
        put away
      </button>
    </p>
  );

/** What the operator must know before reading on. */
const Banner = () => {
  const now = link.value;
  const told = frame.value;
  if (now.kind === 'lost' && isOver.value) {
    return (
      <p class="banner lost" role="alert">
        <b>Nobody serves this page any more</b> since {timeBeside(now.since, clock.value)}; the
        session was over. What was told stays in sight; neo inspect serves it all, at an address of
        its own.
      </p>
    );
  }
  if (now.kind === 'lost') {
    const asOf = told?.moment
      ? ` Everything below is as of ${timeBeside(told.moment.at, clock.value)};`
      : '';
    return (
      <p class="banner lost" role="alert">
        <b>Disconnected</b> since {timeBeside(now.since, clock.value)},{' '}
        {span(clock.value - now.since)}.{asOf} nothing is extrapolated. It tries again by itself.
      </p>
    );
  }
  if (told?.gone) {
    return (
      <p class="banner lost" role="alert">
        <b>This log was deleted, moved or replaced.</b> Everything below is what it was, and nothing
        can be asked for: start neo inspect again to see what is there now.
      </p>
    );
  }
  if (told && told.damage !== null) {
    return (
      <p class="banner damaged" role="alert">
        <b>Shown up to event {told.read}.</b> What comes after is not shown: {told.damage}
      </p>
    );
  }
  return null;
};
