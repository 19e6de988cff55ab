/** The table `circuit_breaker_events`: every trip of every guard, with what it saw. */
import { isoTime } from '../../ledger/time.ts';
import { rowId, type Table } from './table.ts';

export const breakers: Table<null> = {
  hears: ['guard.tripped'],
  initial: null,
  on: (state, step, say) => {
    const { at, event } = step.recorded;
    if (event.type !== 'guard.tripped') return state;
    const { guard, episode, fact, deadlineAt } = event;
    const context = JSON.stringify({
      condition: fact.condition,
      operands: fact.operands,
      episode,
      deadline_at: deadlineAt === null ? null : isoTime(deadlineAt),
    });
    say(trippedSql, rowId(step), isoTime(at), `${guard}_guard`, context, step.session);
    return state;
  },
};

const trippedSql = `
  INSERT INTO circuit_breaker_events (id, created_at, breaker, context, session_id)
  VALUES (?, ?, ?, ?, ?)`;
