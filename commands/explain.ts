/** `neo explain S`: why a session ended, as a page of prose or as JSON. Reads what is durable and writes nothing. */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { SessionOpened } from '../events/session.ts';
import { createListener, explanation, toldOf } from '../projections/explanation.ts';
import { narrative } from '../projections/narrative.ts';
import { nothingSought, soughtEventsMax, type Alternatives } from '../projections/alternative.ts';
import { alternatives, endedOf, type Ended } from './alternatives.ts';
import { endsOf, isWritten, lineageOf, provenOutlines, reading, rowsOf } from './chronicle.ts';
import { command, databaseDefault, onlySession } from './command.ts';
import { showProgress, withProgress } from './progress.ts';

const help = `neo explain S [--db F] [--json]

Why session S ended: the causal chain with its operands, what else stood, everything in order, and which settings of the
guards would have changed it, which is sought in sessions of up to ${soughtEventsMax.toLocaleString('en')} events.

  --db F    the database (default ${databaseDefault})
  --json    the same as one JSON document: halt, chain, sources, causes, standing, timeline,
            settings (null where the session is too long)

Exit code: 0 done, 1 the session is damaged, 2 no such session, 4 the log cannot be read.
`;

export const explainCommand = command(
  help,
  {},
  async ({ values, positionals, database }, { out, error }) => {
    const session = onlySession(positionals, 'explain');
    const { told, settings } = await reading(database, async (reader) => {
      const { first, last, lastHash } = await endsOf(reader, database, session);
      const listener = createListener();
      const outlines = provenOutlines(reader, database, session, last.seq);
      for await (const row of withProgress(outlines, last.seq, error)) listener.take(row);
      const heard = listener.heard();
      const lineage = await lineageOf(reader, session, toldOf(heard));
      const ended = endedOf(first.event as SessionOpened, heard.state);
      const rows = (): AsyncIterable<Recorded<Event>> => rowsOf(reader, session, 1, last.seq);
      return {
        told: explanation(heard, lineage, {
          session,
          lastHash,
          isWritten: await isWritten(reader, database, session, last.seq),
        }),
        settings: ended ? await sought(ended, last.seq, rows, error) : nothingSought,
      };
    });
    out(
      values.json
        ? `${JSON.stringify({ ...told, settings })}\n`
        : narrative(told, database, settings),
    );
    return 0;
  },
);

/** Null where the session is too long for it. */
const sought = async (
  ended: Ended,
  events: number,
  rows: () => AsyncIterable<Recorded<Event>>,
  error: (text: string) => void,
): Promise<Alternatives | null> => {
  if (events > soughtEventsMax) return null;
  const progress = showProgress({ noun: 'settings tried' }, error);
  return alternatives(ended, rows, progress.at).finally(progress.end);
};
