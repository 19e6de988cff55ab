/**
 * How a recorded session would have gone under other settings of its guards and limits: market, limits, guards and mode run
 * anew over a record kept in memory, all others speak as recorded. Made to be asked many times; it says how it ended.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Decision, Event, Input } from '../events/event.ts';
import { guardIds, type GuardId } from '../events/guard.ts';
import type { Halt } from '../events/halt.ts';
import type { Settings } from '../machines/settings.ts';
import { createCore, type Voices } from './core.ts';
import { stages } from './wiring.ts';

type Row = Recorded<Event>;

const anew: ReadonlySet<string> = new Set(['market', 'limits', ...guardIds, 'mode']);
const gathered = 'guards';

/** A session up to its halt: of each turn the input and what others said, as far as the actors that run anew hear it. */
export type Tape = readonly Readonly<{ input: Input; at: number; voices: Voices }>[];

export const tapeOf = (rows: readonly Row[], settings: Settings): Tape => {
  const heard = new Set(
    stages(settings).flatMap(({ parts }) =>
      parts.flatMap(({ id, hears }) => (anew.has(id) ? hears : [])),
    ),
  );
  const tape: { input: Input; at: number; voices: Map<string, Decision[]> }[] = [];
  for (const { kind, at, actor, event } of rows) {
    if (kind === 'input') tape.push({ input: event as Input, at, voices: new Map() });
    if (event.type === 'halt') break;
    if (kind === 'input' || anew.has(actor) || actor === gathered || !heard.has(event.type))
      continue;
    const voices = tape.at(-1)?.voices;
    voices?.set(actor, [...(voices.get(actor) ?? []), event as Decision]);
  }
  return tape.filter(({ input, voices }) => heard.has(input.type) || voices.size > 0);
};

export type Rerun = Readonly<{
  /** Null where it would have gone on beyond the record. */
  halt: (Pick<Halt, 'reason' | 'source' | 'detail'> & Readonly<{ at: number }>) | null;
  /** Guards that stood at the end, and when each would time out. */
  standing: readonly Readonly<{ guard: GuardId; deadlineAt: number | null }>[];
}>;

export const rerun = (tape: Tape, settings: Settings): Rerun => {
  const core = createCore(settings, { live: anew });
  const standing = new Map<GuardId, number | null>();
  const stood = (): Rerun['standing'] =>
    [...standing].map(([guard, deadlineAt]) => ({ guard, deadlineAt }));
  for (const { input, at, voices } of tape) {
    for (const { actor, event } of core.turn(input, at, 0, voices)) {
      if (actor !== 'mode') continue;
      if (event.type === 'guard.tripped') standing.set(event.guard, event.deadlineAt);
      if (event.type === 'guard.recovered') standing.delete(event.guard);
      if (event.type !== 'halt') continue;
      const { reason, source, detail } = event;
      return { halt: { reason, source, detail, at }, standing: stood() };
    }
  }
  return { halt: null, standing: stood() };
};
