/** A variant of a session with offers, fills and inventory anew in its recorded market, by the stated fill model. */
import { openReader } from '../../actors/log/reader.ts';
import { readConfigForReplay } from '../../config.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Event } from '../../events/event.ts';
import { simulate } from '../simulated/play.ts';
import { isFeed, recordsOnly, tapeOf, type Tape } from '../simulated/tape.ts';
import type { Figures, Measured, Place } from './figures.ts';
import type { Variant } from './grid.ts';
import { observe } from './observe.ts';
import { createTrading } from './trading.ts';

type Row = Recorded<Event>;

/** Rejects with a UsageError where the session cannot be simulated. */
export const simulatedSession = async ({ database, session, to }: Place): Promise<Measured> => {
  const rows: Row[] = [];
  let endedAt = 0;
  const reader = await openReader(database);
  try {
    for await (const page of reader.readSession(session, { to })) {
      rows.push(...(page as readonly Row[]).filter(isFeed));
      endedAt = page.at(-1)?.at ?? endedAt;
    }
  } finally {
    await reader.close();
  }
  const tape = tapeOf(session, rows, endedAt);
  const quotes = recordsOnly(tape.opened) ? ['strategy.enabled=true'] : [];
  return (set) => figures(tape, session, [...quotes, ...set]);
};

const figures = async (tape: Tape, session: number, set: Variant): Promise<Figures> => {
  const observed = observe();
  const trading = createTrading();
  const configuration = readConfigForReplay(tape.opened.config, { set }, 'simulated');
  const { document } = await simulate(tape, session, configuration, (row) => {
    observed.hear([row]);
    trading.hear(row);
  });
  const { halt } = document;
  if (!halt) throw new Error('a simulated session has an end');
  return {
    diverged_at: null,
    ...observed.until({ ...halt, at: Date.parse(halt.at) }, tape.startedAt),
    fills_unquoted: observed.unquoted(trading.fillsUpTo(Infinity)),
    ...trading.figuresUpTo(Infinity),
  };
};
