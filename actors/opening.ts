/**
 * How a session starts: by folding the log, there is no other way. A session that never said how it ended is closed first,
 * by the input `session.closed_by_next` at its own end, answered by its own actors.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { GuardId } from '../events/guard.ts';
import type { Outline } from '../events/outline.ts';
import type { SessionClosedByNext, SessionEnding, SessionOpened } from '../events/session.ts';
import { add, format, fromNumber, multiply, zero } from '../ledger/decimal.ts';
import { largestQuote } from '../machines/quote.ts';
import { settingsOf, type Settings } from '../machines/settings.ts';
import { atRisk, slackSeconds } from '../projections/at-risk.ts';
import { apply, brought, noLegacy, type Legacy } from '../projections/legacy.ts';
import { CoreError, createCore } from './core.ts';
import type { Log } from './log/open.ts';
import type { SessionEnds } from './log/read.ts';
import { replayOn } from './replay.ts';
import { turnsOf } from './turns.ts';

export type Predecessor = Readonly<{
  session: number;
  lastHash: string;
  legacy: Legacy;
  /** It was found without an end and has been closed. */
  died: boolean;
}>;

/** Folds the newest session and closes it where it died. Undefined in a new database. */
export const settlePredecessor = async (
  log: Log,
  now: number,
): Promise<Predecessor | undefined> => {
  const newest = await log.newest();
  if (!newest) return undefined;
  const { session, lastHash } = newest;
  let legacy: Legacy = { ...noLegacy, session };
  for await (const page of log.readOutlines(session)) {
    legacy = (page as readonly Recorded<Outline>[]).reduce(apply, legacy);
  }
  if (legacy.ended) return { session, lastHash, legacy, died: false };
  await close(log, newest, legacy, now);
  const closed = await log.newest();
  return { session, lastHash: closed?.lastHash ?? lastHash, legacy, died: true };
};

/** Its own actors, brought to where it died by its own inputs, hear that it did. */
const close = async (
  log: Log,
  newest: SessionEnds,
  { opened, lastAt }: Legacy,
  now: number,
): Promise<void> => {
  if (!opened) return;
  const silentMs = Math.max(0, now - lastAt);
  const input = { type: 'session.closed_by_next', uuid: opened.uuid, silentMs } as const;
  await log.append(newest.session, await lastTurn(log, newest, opened, input, now));
};

const lastTurn = async (
  log: Log,
  newest: SessionEnds,
  opened: SessionOpened,
  input: SessionClosedByNext,
  now: number,
): Promise<readonly Recorded<Event>[]> => {
  const core = createCore(settingsOf(opened));
  const { divergence } = await replayOn(core, turnsOf(log.readWritten(newest.session)));
  try {
    if (!divergence) return core.turn(input, now);
  } catch (failure) {
    if (!(failure instanceof CoreError)) throw failure;
  }
  return lastWords(log, newest, opened, input, now);
};

/**
 * It died of an actor that failed, and would again; or it was another build's, and this one's actors do not come to where it died. What
 * is left to say is its session's and its mode's alone.
 */
const lastWords = async (
  log: Log,
  { session, last }: SessionEnds,
  opened: SessionOpened,
  input: SessionClosedByNext,
  now: number,
): Promise<readonly Recorded<Event>[]> => {
  const core = createCore(settingsOf(opened), { live: new Set(['session', 'mode']) });
  const ended: SessionEnding[] = [];
  const standing = new Set<GuardId>();
  for await (const page of log.readOutlines(session)) {
    for (const { event } of page as readonly Recorded<Outline>[]) {
      if (event.type === 'guard.tripped') standing.add(event.guard);
      if (event.type === 'guard.recovered') standing.delete(event.guard);
      if (event.type !== 'halt') continue;
      const { reason, source, detail } = event;
      ended.push({ type: 'session.ending', reason, source, detail });
    }
  }
  const at = Math.max(last.at, now);
  const before = core.turn(opened, at, 0, new Map([['session', ended]])).length;
  const seq = last.seq - before;
  const turn = last.turn - 1;
  return core.turn(input, at).map((row) => ({
    ...row,
    seq: row.seq + seq,
    turn: row.turn + turn,
    cause: row.cause === 0 ? 0 : row.cause + seq,
    event:
      row.event.type === 'halt'
        ? { ...row.event, event: row.event.event + seq, standing: [...standing] }
        : row.event,
  }));
};

export type Manifest = Omit<SessionOpened, 'type' | 'parent' | 'brought' | 'worstCase'>;

/** The first event of the next session: the manifest, and everything that it takes over. */
export const opening = (
  manifest: Manifest,
  predecessor: Predecessor | undefined,
): SessionOpened => ({
  type: 'session.opened',
  ...manifest,
  worstCase: worstCase(settingsOf(manifest), predecessor),
  parent: predecessor?.legacy.opened
    ? { uuid: predecessor.legacy.opened.uuid, lastHash: predecessor.lastHash }
    : null,
  brought: brought(predecessor?.legacy ?? noLegacy),
});

/** Offers that may stand at once: one a side that rests, and a replace of it whose target has just been filled. */
const offersMost = 4;

/** All that can be signed and not final at one time, what an earlier session left included. */
const worstCase = (
  { strategy, order_size: sizes, orders }: Settings,
  predecessor: Predecessor | undefined,
): SessionOpened['worstCase'] => {
  const own = strategy.enabled ? multiply(fromNumber(offersMost), largestQuote(sizes)) : zero;
  const left = predecessor
    ? atRisk(predecessor.legacy.orders, predecessor.legacy.lastAt).rlusd
    : zero;
  return { rlusd: format(add(own, left)), seconds: orders.lifetime_seconds + slackSeconds };
};
