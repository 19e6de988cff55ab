/**
 * The stream from the server and what follows from it: which session is shown, that a newer one has begun, that nobody answers
 * any more. While nothing is heard nothing moves.
 */
import { batch, effect } from '@preact/signals';
import type { Card } from '../library.ts';
import type { Frame, Greeting } from '../live.ts';
import type { Placement } from '../placement.ts';
import type { Lanes, SessionView } from '../routes.ts';
import { ask, newestOf } from './ask.ts';
import {
  canAct,
  charts,
  clock,
  cursor,
  extent,
  file,
  following,
  forget,
  frame,
  lanes,
  link,
  overview,
  sessions,
  shown,
  startAt,
  token,
  view,
} from './store.ts';

/** Longer than the pulse of the stream. */
const silenceMaxMs = 12_000;

let stream: EventSource | null = null;
let build: string | null = null;

const refreshSessions = newestOf(
  () => ask<{ name: string; sessions: readonly Card[] }>('/api/sessions'),
  (answer) => {
    file.value = answer.name;
    sessions.value = answer.sessions;
  },
);

/** Shows this session; 0 is the newest. */
export const open = async (session: number): Promise<void> => {
  const answer = await ask<{ name: string; sessions: readonly Card[] }>('/api/sessions');
  file.value = answer.name;
  sessions.value = answer.sessions;
  const wanted = session || (answer.sessions.at(-1)?.session ?? 0);
  if (wanted === 0) return void setTimeout(() => void open(0).catch(lost), 1_000);
  const told = await ask<SessionView>('/api/session', { session: wanted });
  forget();
  shown.value = told;
  history.replaceState(null, '', `#s=${wanted}`);
  listen(wanted);
};

/** Asked for when the rest is there: placing them takes the server a moment. */
const askCharts = async (session: number): Promise<void> => {
  const drawn = await ask<Placement | null>('/api/charts', { session });
  if (shown.value?.session === session) charts.value = drawn;
};

const heard = (): void => void (link.value = { kind: 'live', heardAt: Date.now() });

const lost = (): void => {
  if (link.peek().kind !== 'lost') link.value = { kind: 'lost', since: Date.now() };
};

const listen = (session: number): void => {
  stream?.close();
  stream = new EventSource(`/api/live?session=${session}`);
  stream.addEventListener('page', (event) => {
    const greeting = JSON.parse(event.data as string) as Greeting;
    if (build !== null && build !== greeting.build) location.reload();
    build = greeting.build;
    canAct.value = greeting.canAct && token.value !== null;
    heard();
    refreshSessions(undefined);
  });
  stream.addEventListener('pulse', heard);
  stream.addEventListener('frame', (event) => {
    const told = JSON.parse(event.data as string) as Frame;
    const before = frame.peek();
    batch(() => {
      heard();
      frame.value = told;
    });
    if (before === null) setTimeout(() => void askCharts(session).catch(() => undefined), 100);
    const isNew = before !== null && told.newestSession > session;
    if (isNew && following.value) void open(told.newestSession).catch(lost);
    else if (before?.moment?.word !== told.moment?.word || isNew) refreshSessions(undefined);
  });
  stream.addEventListener('error', () => {
    lost();
    if (stream?.readyState === EventSource.CLOSED) setTimeout(() => retry(session), 1_000);
  });
};

/** A server that is there again may know another session. */
const retry = (session: number): void => {
  open(cursor.peek() === null ? 0 : session).catch(() => {
    lost();
    setTimeout(() => retry(session), 1_000);
  });
};

type Wanted = Readonly<{ session: number; from: number; to: number; points: number }>;

const fetchLanes = newestOf(
  (wanted: Wanted) => ask<Lanes>('/api/lanes', wanted),
  (answer, { session }) => {
    if (shown.value?.session === session) lanes.value = answer;
  },
);
const fetchOverview = newestOf(
  (wanted: Wanted) => ask<Lanes>('/api/lanes', wanted),
  (answer, { session }) => {
    if (shown.value?.session === session) overview.value = answer;
  },
);

const overviewPoints = 300;
/** While a session grows the lanes are asked for anew at most so often. */
const growthMs = 500;

/** Keeps what is drawn as wide as the view and as new as the log. */
export const keepLanes = (width: () => number): void => {
  let askedAt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wanted = (): void => {
    const session = shown.peek()?.session;
    if (session === undefined) return;
    askedAt = Date.now();
    const { from, to } = view.peek();
    const start = Math.max(0, Math.floor(from));
    fetchLanes({ session, from: start, to: Math.ceil(to), points: Math.max(200, width()) });
  };
  effect(() => {
    void view.value;
    void frame.value?.read;
    clearTimeout(timer);
    timer = setTimeout(wanted, Math.max(0, Math.min(growthMs, askedAt + 60 - Date.now())));
  });
  let overviewAt = 0;
  effect(() => {
    const session = shown.value?.session;
    const read = frame.value?.read ?? 0;
    if (session === undefined || read === 0) return;
    if (overview.peek() && Date.now() - overviewAt < 2_000) return;
    overviewAt = Date.now();
    const { to } = extent.peek();
    const query = { session, from: startAt.peek(), to: Math.ceil(to), points: overviewPoints };
    fetchOverview(query);
  });
};

export const keepTime = (): void => {
  setInterval(() => {
    clock.value = Date.now();
    const now = link.peek();
    if (now.kind === 'live' && Date.now() - now.heardAt > silenceMaxMs) lost();
  }, 500);
};

/** The address holds what to show and, once, the token: it stays with this tab and leaves the address. */
const fromAddress = (): number => {
  const words = new URLSearchParams(location.hash.slice(1));
  const given = words.get('token');
  if (given) sessionStorage.setItem('token', given);
  token.value = given ?? sessionStorage.getItem('token');
  return Number(words.get('s') ?? 0) || 0;
};

export const start = (): void => {
  const session = fromAddress();
  history.replaceState(null, '', location.pathname);
  open(session).catch(() => retry(0));
};
