/**
 * A recorded session as it is run anew: of each turn the input, what those said who speak from the record, and what those said
 * who decide again, to compare with. Who decides again follows from the settings that are changed.
 */
import type { Recorded } from '../events/envelope.ts';
import type { Decision, Event, EventType, Input } from '../events/event.ts';
import type { Settings } from '../machines/settings.ts';
import { guardIds } from '../events/guard.ts';
import type { Voices } from './core.ts';
import { stages, type Part } from './wiring.ts';

type Row = Recorded<Event>;

export type Step = Readonly<{
  input: Recorded<Input>;
  voices: Voices;
  /** What those said who decide again. */
  before: readonly Recorded<Decision>[];
  lastSeq: number;
}>;

/** Kept in memory, it can be run as often as one likes. */
export type Tape = readonly Step[];

/** Who decides again, and what they listen to. */
export type Anew = Readonly<{ actors: ReadonlySet<string>; hear: ReadonlySet<EventType> }>;

/** Those of the core that a what-if runs again at most. Orders, fills and inventory stay as they were. */
const candidates: ReadonlySet<string> = new Set([
  'session',
  'market',
  'limits',
  ...guardIds,
  'mode',
]);

/** What the mode says: who listens to it hears something else as soon as it decides otherwise. */
const modeWords: ReadonlySet<EventType> = new Set([
  'guard.tripped',
  'guard.cooled',
  'guard.recovering',
  'guard.recovered',
  'mode.changed',
  'halt',
  'halt.ignored',
]);

/**
 * The mode, whoever listens to it, and whoever was made under settings that one of these changes. Everybody else would say
 * what is recorded, and says it from the record.
 */
export const anewUnder = (recorded: Settings, changed: readonly Settings[]): Anew => {
  const before = new Map(partsOf(recorded).map((part) => [part.id, textOf(part)]));
  const decides = (part: Part): boolean =>
    part.id === 'mode' ||
    part.hears.some((type) => modeWords.has(type)) ||
    before.get(part.id) !== textOf(part);
  const parts = [recorded, ...changed].flatMap(partsOf).filter(decides);
  return {
    actors: new Set(parts.map(({ id }) => id)),
    hear: new Set(parts.flatMap(({ hears }) => hears)),
  };
};

const partsOf = (settings: Settings): readonly Part[] =>
  stages(settings).flatMap(({ parts }) => parts.filter(({ id }) => candidates.has(id)));

const textOf = ({ under }: Part): string => JSON.stringify(under);

/** Cuts rows into turns as they come: `take` answers the turn that a row ends by beginning another. */
export type Cutter = Readonly<{
  take: (row: Row) => Step | undefined;
  rest: () => Step | undefined;
}>;

/** `heard`: what is kept of the voices; everything if it is left out. */
export const createCutter = (anew: ReadonlySet<string>, heard?: ReadonlySet<EventType>): Cutter => {
  let open:
    | { input: Recorded<Input>; voices: Map<string, Decision[]>; before: Row[]; lastSeq: number }
    | undefined;
  const closed = (): Step | undefined => open as Step | undefined;
  return {
    take: (row) => {
      if (row.kind === 'input') {
        const step = closed();
        open = { input: row as Recorded<Input>, voices: new Map(), before: [], lastSeq: row.seq };
        return step;
      }
      if (!open) throw new Error('a session begins with an input');
      open.lastSeq = row.seq;
      if (anew.has(row.actor)) open.before.push(row);
      else if (!heard || heard.has(row.event.type)) {
        const said = open.voices.get(row.actor);
        if (said) said.push(row.event as Decision);
        else open.voices.set(row.actor, [row.event as Decision]);
      }
      return undefined;
    },
    rest: closed,
  };
};

/** What a run needs of a session, and nothing else: turns in which none of those who decide again hears anything are left out, but the last. */
export const tapeOf = async (
  rows: AsyncIterable<Row> | Iterable<Row>,
  { actors, hear }: Anew,
): Promise<Tape> => {
  const cutter = createCutter(actors, hear);
  const tape: Step[] = [];
  const isHeard = ({ input, voices, before }: Step): boolean =>
    hear.has(input.event.type) || voices.size > 0 || before.length > 0;
  for await (const row of rows) {
    const step = cutter.take(row);
    if (step && isHeard(step)) tape.push(step);
  }
  const last = cutter.rest();
  return last ? [...tape, last] : tape;
};
