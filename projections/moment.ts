/**
 * A session as of one event, for whoever looks at it: the session's own fold, and beside it what was last said of touch,
 * wallet, gateway and of the charts' states. It repeats the log and foretells nothing.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Outline } from '../events/outline.ts';
import type { GatewayState } from '../events/gateway.ts';
import type { GuardId } from '../events/guard.ts';
import type { TruthChecked } from '../events/inventory.ts';
import type { TouchMeasured } from '../events/market.ts';
import * as session from './session.ts';

/** The session machine's own words for its states. */
export type Stage = 'opening' | 'running' | 'ending' | 'closing' | 'closed';

/** A state of a chart that was left for another: whose, from where, to where. */
export type Move = Readonly<{
  actor: 'mode' | 'gateway' | 'session';
  /** The guard whose region it was; null for a chart without regions, and for the join of all. */
  region: GuardId | null;
  from: string;
  to: string;
}>;

export type Moved = Readonly<{ seq: number; turn: number; at: number; moves: readonly Move[] }>;

export type Moment = Readonly<{
  seq: number;
  turn: number;
  at: number;
  session: session.SessionState;
  touch: TouchMeasured | null;
  truth: Readonly<{ at: number; check: TruthChecked }> | null;
  gateway: Readonly<{ state: GatewayState; why: string; at: number | null }>;
  ledger: Readonly<{ index: number; at: number }> | null;
  stage: Stage;
  /** The newest turn in which a state was left, by actor. */
  moved: Readonly<Partial<Record<Move['actor'], Moved>>>;
}>;

export const empty: Moment = {
  seq: 0,
  turn: 0,
  at: 0,
  session: session.empty,
  touch: null,
  truth: null,
  gateway: { state: 'disconnected', why: '', at: null },
  ledger: null,
  stage: 'opening',
  moved: {},
};

export const apply = (before: Moment, recorded: Recorded<Outline>): Moment => {
  const folded: Moment = {
    seq: recorded.seq,
    turn: recorded.turn,
    at: recorded.at,
    session: session.apply(before.session, recorded),
    touch: before.touch,
    truth: before.truth,
    gateway: before.gateway,
    ledger: before.ledger,
    stage: before.stage,
    moved: before.moved,
  };
  const next = told(folded, recorded);
  const move = moveOf(before, next, recorded);
  return move ? { ...next, moved: { ...next.moved, [move.actor]: joined(next, move) } } : next;
};

const told = (moment: Moment, { at, event }: Recorded<Outline>): Moment => {
  switch (event.type) {
    case 'touch.measured':
      return { ...moment, touch: event };
    case 'truth.checked':
      return { ...moment, truth: { at, check: event } };
    case 'gateway.changed':
      return { ...moment, gateway: { state: event.state, why: event.why, at } };
    case 'ledger.closed':
      return { ...moment, ledger: { index: event.index, at } };
    case 'session.started':
      return { ...moment, stage: 'running' };
    case 'session.ending':
      return { ...moment, stage: 'ending' };
    case 'halt':
      return { ...moment, stage: 'closing' };
    case 'session.ended':
    case 'session.closed_by_next':
      return { ...moment, stage: 'closed' };
    default:
      return moment;
  }
};

const moveOf = (before: Moment, after: Moment, { event }: Recorded<Outline>): Move | null => {
  switch (event.type) {
    case 'guard.tripped':
    case 'guard.cooled':
    case 'guard.recovering':
    case 'guard.recovered': {
      const from = before.session.mode.guards[event.guard].episode.phase;
      const to = after.session.mode.guards[event.guard].episode.phase;
      return from === to ? null : { actor: 'mode', region: event.guard, from, to };
    }
    case 'mode.changed': {
      const from = before.session.mode.mode;
      return from === event.mode ? null : { actor: 'mode', region: null, from, to: event.mode };
    }
    case 'gateway.changed':
      return { actor: 'gateway', region: null, from: before.gateway.state, to: event.state };
    default:
      return before.stage === after.stage
        ? null
        : { actor: 'session', region: null, from: before.stage, to: after.stage };
  }
};

/** Moves of one turn are one transition. */
const joined = ({ seq, turn, at, moved }: Moment, move: Move): Moved => {
  const last = moved[move.actor];
  const moves = last?.turn === turn ? [...last.moves, move] : [move];
  return { seq, turn, at, moves };
};
