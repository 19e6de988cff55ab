/**
 * The stream from the server and what follows from it: which session is shown, that a newer one has begun, that nobody answers
 * any more. While nothing is heard nothing moves.
 */
import { batch, computed, effect } from '@preact/signals';
import type { Card } from '../cards.ts';
import type { Frame, Greeting } from '../live.ts';
import type { Placement } from '../placement.ts';
import type { Lanes, SessionView } from '../routes.ts';
import { keepAddress, placeIn, tokenFromAddress } from './address.ts';
import { ask, newestOf, Refused } from './ask.ts';
import { askWhetherCanAct } from './act.ts';
import {
  charts,
  clock,
  extent,
  file,
  following,
  forget,
  frame,
  lanes,
  link,
  overview,
  picked,
  sessions,
  shown,
  startAt,
  token,
  view,
} from './store.ts';
import { openStream } from './stream.ts';
import { follow, goTo } from './travel.ts';

/** Longer than the pulse of the stream. */
const silenceMaxMs = 12_000;

/** Ends what is heard of the session shown. */
let leave = (): void => undefined;
let build: string | null = null;
/** The session shown was the newest when it was opened: the next one is shown when that begins. */
let follows = false;

/** Asked for again while bars are missing, which are filled one by one, and slowly while a session grows. */
const partialMs = 700;
const growingMs = 5_000;
let refresh: ReturnType<typeof setTimeout> | undefined;
const refreshSessions: (query: undefined) => void = newestOf(
  () => ask<{ name: string; sessions: readonly Card[] }>('/api/sessions'),
  (answer) => {
    file.value = answer.name;
    sessions.value = answer.sessions;
    clearTimeout(refresh);
    const isPartial = answer.sessions.some(({ bar }) => bar === null);
    const isGrowing = answer.sessions.some(
      ({ end, died, imported }) => end === null && !died && !imported,
    );
    if (isPartial || isGrowing)
      refresh = setTimeout(() => refreshSessions(undefined), isPartial ? partialMs : growingMs);
  },
);

const againMs = 1_000;

/** What was asked to be shown, counted: an answer that another question overtook shows nothing. */
let asked = 0;
/** The question that is answered by what is shown; another one than the newest while that is under way. */
let answered = 0;

/**
 * Shows this session; 0 is the newest, which is shown where there is none of that number. Asks until it is answered or overtaken.
 * Resolves with whether this session is what is shown now.
 */
export const open = async (session: number): Promise<boolean> => {
  asked += 1;
  const mine = asked;
  const told = await ask<SessionView | null>('/api/session', { session }).catch(unanswered);
  if (mine !== asked) return false;
  if (told === 'none' && session !== 0) {
    void open(0);
    return false;
  }
  if (told === 'lost') lost();
  if (told === 'none' || told === 'lost' || !told) return again(session);
  answered = mine;
  forget();
  follows = session === 0;
  shown.value = told;
  listen(told.session);
  return true;
};

const unanswered = (error: unknown): 'none' | 'lost' =>
  error instanceof Refused ? 'none' : 'lost';

/** A while later, unless something was asked for by then. */
const again = async (session: number): Promise<boolean> => {
  const before = asked;
  await new Promise((resolve) => setTimeout(resolve, againMs));
  return asked === before && open(session);
};

/** By then the sentence, the lanes and the newest rows have been asked for, which come first. */
const firstViewMs = 500;
const askTheRest = (session: number): void => {
  refreshSessions(undefined);
  void askCharts(session).catch(() => undefined);
};

const askCharts = async (session: number): Promise<void> => {
  const drawn = await ask<Placement | null>('/api/charts', { session });
  if (shown.value?.session === session) charts.value = drawn;
};

const heard = (): void => void (link.value = { kind: 'live', heardAt: Date.now() });

const lost = (): void => {
  if (link.peek().kind !== 'lost') link.value = { kind: 'lost', since: Date.now() };
};

/** A window out of sight hears nothing, and hears the newest when it is looked at again. */
const listen = (session: number): void => {
  leave();
  leave = document.hidden
    ? () => undefined
    : openStream(session, (told) => {
        switch (told.kind) {
          case 'page':
            return greeted(JSON.parse(told.data) as Greeting);
          case 'pulse':
            return heard();
          case 'frame':
            return framed(session, JSON.parse(told.data) as Frame);
          case 'lost':
            lost();
            /** A server that is there again may know another session. What was asked for meanwhile is asked for already. */
            if (told.closed && answered === asked)
              void again(follows && following.peek() ? 0 : session);
        }
      });
};

const greeted = (greeting: Greeting): void => {
  if (build !== null && build !== greeting.build) location.reload();
  build = greeting.build;
  heard();
  askWhetherCanAct(undefined);
  if (frame.peek()) refreshSessions(undefined);
};

const framed = (session: number, told: Frame): void => {
  const before = frame.peek();
  batch(() => {
    heard();
    frame.value = told;
  });
  if (!before?.moment && told.moment) setTimeout(() => askTheRest(session), firstViewMs);
  if (before === null) follows ||= told.newestSession === session;
  const isNew = before !== null && told.newestSession > before.newestSession;
  const isOld = told.newestSession > session;
  if (follows && following.value && isOld && answered === asked) void open(0);
  else if (before?.moment?.word !== told.moment?.word || isNew) refreshSessions(undefined);
};

type Wanted = Readonly<{ session: number; from: number; to: number; points: number }>;

const overviewPoints = 300;
/** As a whole it changes slowly. */
const overviewMs = 2_000;
/** While a session grows the lanes are asked for anew at most so often. */
const growthMs = 500;
/** Where older ticks are still being read, they are asked for again by then. */
const partMs = 250;

/** Keeps what is drawn as wide as the view and as new as the log. */
export const keepLanes = (width: () => number): void => {
  const read = computed(() => frame.value?.read ?? 0);
  const keep = (
    drawn: typeof lanes,
    query: () => Omit<Wanted, 'session'>,
    due: (askedAt: number) => number,
    needs: () => void,
  ): void => {
    let askedAt = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(wanted, Math.max(0, ms));
    };
    const wanted = (): void => {
      const session = shown.peek()?.session;
      if (session === undefined || !frame.peek()?.moment) return;
      askedAt = Date.now();
      fetch({ session, ...query() });
    };
    const fetch = newestOf(
      (asked: Wanted) => ask<Lanes>('/api/lanes', asked),
      (answer, { session }) => {
        if (shown.value?.session !== session) return;
        drawn.value = answer;
        if (!answer.whole) later(partMs);
      },
    );
    effect(() => {
      needs();
      void read.value;
      later(due(askedAt));
    });
  };
  keep(
    lanes,
    () => {
      const { from, to } = view.peek();
      const start = Math.max(0, Math.floor(from));
      return { from: start, to: Math.ceil(to), points: Math.max(200, width()) };
    },
    (askedAt) => Math.min(growthMs, askedAt + 60 - Date.now()),
    () => void view.value,
  );
  keep(
    overview,
    () => ({ from: startAt.peek(), to: Math.ceil(extent.peek().to), points: overviewPoints }),
    (askedAt) => (overview.peek() ? askedAt + overviewMs - Date.now() : 0),
    () => undefined,
  );
};

export const keepTime = (): void => {
  setInterval(() => {
    clock.value = Date.now();
    const now = link.peek();
    if (now.kind === 'live' && Date.now() - now.heardAt > silenceMaxMs) lost();
  }, 500);
};

/** Shows what the address names: another session, or another place in this one. */
const goToAddress = async (): Promise<void> => {
  token.value = tokenFromAddress();
  const place = placeIn(location.hash);
  const isShown = answered === asked && place.session === shown.peek()?.session;
  if (!isShown && !(await open(place.session))) return;
  if (place.at === null) follow();
  else goTo(place.at);
  picked.value = place.event;
};

/** An address that is given to a page that is open changes nothing but what stands behind its #. */
const addressChanged = (): void => {
  void goToAddress();
  askWhetherCanAct(undefined);
};

const lookedAt = (): void => {
  const session = shown.peek()?.session;
  if (session === undefined) return;
  link.value = { kind: 'opening' };
  listen(session);
};

export const start = (): void => {
  addEventListener('hashchange', addressChanged);
  document.addEventListener('visibilitychange', lookedAt);
  void goToAddress();
  keepAddress();
};
