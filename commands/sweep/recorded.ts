/** A variant of a session with orders, fills and touch as recorded: its guards, limits and mode decide anew on a tape that all variants share. */
import type { Reader } from '../../actors/log/reader.ts';
import { openReader } from '../../actors/log/reader.ts';
import { rerun } from '../../actors/rerun.ts';
import { anewUnder, tapeOf, type Anew, type Tape } from '../../actors/tape.ts';
import { ConfigError, readConfigForReplay } from '../../config.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import type { SessionOpened } from '../../events/session.ts';
import { settingsOf, type Settings } from '../../machines/settings.ts';
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
    return await loadFrom(reader, session, to, along);
  } finally {
    await reader.close();
  }
};

const loadFrom = async (
  reader: Reader,
  session: number,
  to: number,
  along: readonly Variant[],
): Promise<Loaded> => {
  const rows: Row[] = [];
  const trading = createTrading();
  for await (const page of reader.readSession(session, { to })) {
    for (const row of page as readonly Row[]) {
      rows.push(row);
      trading.hear(row);
    }
  }
  const [first] = rows;
  if (first?.event.type !== 'session.opened') throw new Error('it does not begin with its opening');
  const opened = first.event;
  const anew = anewUnder(
    settingsOf(opened),
    along.flatMap((set) => settingsWith(opened, set)),
  );
  const tape = tapeOf(rows, anew);
  const whole = trading.figuresUpTo(Infinity);
  return { opened, openedAt: first.at, anew, tape, trading, whole };
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
