/**
 * The one true sentence about a session: which state, since when, why, what ends it, how far off that is. A function of the
 * fold and the given instant; after the end it says the end alone.
 */
import { guardIds } from '../events/guard.ts';
import { isProtective } from '../events/halt.ts';
import type { MarketObserved } from '../events/market.ts';
import { atRisk, tradableUntil } from './at-risk.ts';
import { causeText } from './cause.ts';
import { guardName } from './evidence.ts';
import type { Ending } from './halt.ts';
import { remainsOf, remainsText } from './remains.ts';
import { isOver, type SessionState } from './session.ts';
import { counted, instant, lasted, span, timeOfDay } from './wording.ts';

/**
 * `session` is its local number, for the command that the sentence may name. `now` in Unix milliseconds: of the log's newest event,
 * or of the clock where the session runs. `isWritten` false: somebody looked, and nobody writes the log; a session without an end
 * has died then.
 */
export const sentence = (
  session: number,
  state: SessionState,
  now: number,
  isWritten = true,
): string => (isWritten || isOver(state) ? living(session, state, now) : died(session, state));

/** What it was at its last event, what of it could still trade, and who settles that. */
const died = (session: number, state: SessionState): string => {
  const { halt, lastAt, orders } = state;
  const { resting, unsettled, until } = atRisk(orders, lastAt);
  const silence = `nobody writes this log since ${instant(lastAt)}`;
  const was = halt
    ? `${living(session, state, lastAt)}; it died before that was done: ${silence}`
    : `died: ${silence}, when it was ${living(session, state, lastAt)}`;
  const doubt = unsettled === 0 ? '' : `, ${unsettled} signed and not final`;
  const open =
    until === null
      ? 'nothing of it was known to rest'
      : `${counted(resting, 'order')} known to rest${doubt}, which could trade until ${timeOfDay(until)}`;
  return `${was}; ${open}; the next start closes and settles it`;
};

const living = (session: number, state: SessionState, now: number): string => {
  const { halt, mode, thresholds } = state;
  if (halt) return isProtective(halt.reason) ? halted(state, halt) : over(state, halt);
  const lasting = span(now - mode.since);
  if (mode.mode === 'DEGRADED' && thresholds) {
    const causes = mode.causes
      .map((id) => causeText(session, state, thresholds, id, now))
      .join(', ');
    const waits = mode.causes.every((id) => mode.guards[id].episode.deadlineAt === null);
    return `DEGRADED for ${lasting}: ${causes}${waits ? '; no deadline' : ''}`;
  }
  return state.startedAt === null
    ? `opening for ${lasting}: waiting for the ledger and the checks of the start`
    : `OK for ${lasting}: ${quoting(state)}`;
};

/** What it does about quotes while it may. */
const quoting = ({ market, quote, thresholds }: SessionState): string => {
  if (!market) return 'waiting for the first tick';
  if (market.missing !== null) return `not quoting, ${missing[market.missing]}`;
  if (thresholds?.strategy?.enabled === false) return 'recording, without quotes';
  if (!quote) return 'no quote decided yet';
  const { bid, ask, withheld } = quote;
  if (bid && ask) return 'quoting';
  if (!bid && !ask) return `not quoting (bid: ${withheld.bid}, ask: ${withheld.ask})`;
  return bid
    ? `quoting the bid alone (ask: ${withheld.ask})`
    : `quoting the ask alone (bid: ${withheld.bid})`;
};

const missing: Readonly<Record<NonNullable<MarketObserved['missing']>, string>> = {
  no_read: 'the market has not been read',
  no_bid: 'the book has no bid',
  no_ask: 'the book has no ask',
  crossed: 'the book is crossed',
};

const halted = (state: SessionState, halt: Ending): string => {
  const { guards } = state.mode;
  const guard = guardIds.find((id) => id === halt.source);
  const by = guard ? ` of ${guardName(guard, guards[guard].evidence)}` : '';
  const standing = halt.standing.map((id) => guardName(id, guards[id].evidence)).join(', ');
  const also = standing ? `; ${standing} stood too` : '';
  return `HALT since ${instant(halt.at)}: ${halt.reason}${by}${inBrackets(halt.detail)}${also}${left(state)}${apart(state)}`;
};

const over = (state: SessionState, halt: Ending): string => {
  const { mode, startedAt, openedAt, diedAt } = state;
  const until = Math.min(halt.at, diedAt ?? halt.at);
  const planned = halt.reason === 'duration_elapsed';
  const degraded =
    mode.mode === 'DEGRADED'
      ? `; DEGRADED for the last ${span(until - mode.since)}: ${mode.causes.map((id) => guardName(id, mode.guards[id].evidence)).join(', ')}`
      : '';
  const length = lasted(until - (startedAt ?? openedAt));
  return `${isOver(state) ? 'ended' : 'ending'} after ${length}: ${halt.reason}${planned ? '' : inBrackets(halt.detail)}${degraded}${left(state)}${apart(state)}`;
};

const inBrackets = (detail: string): string => (detail === '' ? '' : ` (${detail})`);

/** Nothing where books and wallet agreed at the end, or were not compared. */
const apart = ({ driftSeq }: SessionState): string =>
  driftSeq === null
    ? ''
    : `; books and wallet were apart at the end (event ${driftSeq}), and the next start waits for neo acknowledge or neo realign`;

/** What an end has not proven gone. */
const left = ({ ended, accounted, diedAt, orders }: SessionState): string => {
  if (!ended) {
    const open = [...orders.open.values()].filter(({ state }) => state !== 'intended');
    const count = counted(open.length, 'order');
    if (diedAt === null) {
      return open.length === 0 ? '; closing' : `; closing, ${count} not yet proven gone`;
    }
    if (open.length === 0) return '';
    const until = Math.max(...open.map(({ expiration }) => tradableUntil(expiration)));
    return `; ${count} could still trade until ${timeOfDay(until)}`;
  }
  if (ended.outcome !== 'left_to_expire') return '';
  return `; ${remainsText(remainsOf(ended, accounted, orders.open))}`;
};
