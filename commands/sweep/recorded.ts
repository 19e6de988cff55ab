/** A variant of a session with orders, fills and touch as recorded: its guards, limits and mode decide anew on a tape that all variants share. */
import { openReader } from '../../actors/log/reader.ts';
import { rerun } from '../../actors/rerun.ts';
import { anewUnder, tapeOf, type Anew, type Tape } from '../../actors/tape.ts';
import { ConfigError, readConfigForReplay } from '../../config.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { SessionOpened } from '../../events/session.ts';
import { settingsOf, type Settings } from '../../machines/settings.ts';
import { endsOf, rowsOf } from '../chronicle.ts';
import type { Figures, Measured, Place } from './figures.ts';
import type { Variant } from './grid.ts';
import { observe } from './observe.ts';
import { createTrading, type TradedFigures, type Trading } from './trading.ts';

type Row = Recorded<Event>;

type Loaded = Readonly<{
  opened: SessionOpened;
  openedAt: number;
  anew: Anew;
  tape: Tape;
  /** What no variant changes: it is counted up to each one's end. */
  trading: Trading;
  /** Of all of it: most variants go to its end. */
  whole: TradedFigures;
}>;

/** Reads the session once. `along`: sets that show which keys will be changed. */
export const recordedSession = async (
  place: Place,
  along: readonly Variant[],
): Promise<Measured> => {
  let loaded = await load(place, along);
  return async (set) => {
    const { opened, anew } = loaded;
    const settings = readConfigForReplay(opened.config, { set }).effective;
    const { actors } = anewUnder(settingsOf(opened), [settings]);
    if ([...actors].some((actor) => !anew.actors.has(actor))) {
      loaded = await load(place, [...along, set]);
    }
    return figures(loaded, settings);
  };
};

const load = async (
  { database, session, to }: Place,
  along: readonly Variant[],
): Promise<Loaded> => {
  const reader = await openReader(database);
  try {
    const { first } = await endsOf(reader, database, session);
    return await loadFrom(rowsOf(reader, session, 1, to), first as Row, along);
  } finally {
    await reader.close();
  }
};

const loadFrom = async (
  rows: AsyncIterable<Row>,
  { at: openedAt, event: opened }: Row,
  along: readonly Variant[],
): Promise<Loaded> => {
  if (opened.type !== 'session.opened') throw new Error('it does not begin with its opening');
  const anew = anewUnder(
    settingsOf(opened),
    along.flatMap((set) => settingsWith(opened, set)),
  );
  const trading = createTrading();
  const heard = async function* (): AsyncGenerator<Row> {
    for await (const row of rows) {
      trading.hear(row);
      yield row;
    }
  };
  const tape = await tapeOf(heard(), anew);
  return { opened, openedAt, anew, tape, trading, whole: trading.figuresUpTo(Infinity) };
};

/** None where the values do not go together: what they would change others change too. */
const settingsWith = ({ config }: SessionOpened, set: Variant): readonly Settings[] => {
  try {
    return [readConfigForReplay(config, { set }).effective];
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
};

const figures = ({ tape, anew, openedAt, trading, whole }: Loaded, settings: Settings): Figures => {
  const observed = observe();
  const { divergedAt, halt, stoppedAt } = rerun(tape, settings, anew, observed.hear);
  return {
    diverged_at: divergedAt?.seq ?? null,
    ...observed.until(halt, openedAt),
    fills_unquoted: observed.unquoted(trading.fillsUpTo(stoppedAt ?? Infinity)),
    ...(stoppedAt === null ? whole : trading.figuresUpTo(stoppedAt)),
  };
};
