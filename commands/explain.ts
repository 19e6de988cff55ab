/** `neo explain S`: why a session ended, as a page of prose or as JSON. Reads what is durable and writes nothing. */
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { explanation } from '../projections/explanation.ts';
import { narrative } from '../projections/narrative.ts';
import { alternatives } from './alternatives.ts';
import { endsOf, reading, rowsOf } from './chronicle.ts';
import { command, databaseDefault, onlySession } from './command.ts';

const help = `neo explain S [--db F] [--json]

Why session S ended: the causal chain with its operands, what else stood, everything in order, and which settings of the
guards would have changed it.

  --db F    the database (default ${databaseDefault})
  --json    the same as one JSON document: halt, chain, sources, causes, standing, timeline, settings
`;

export const explainCommand = command(
  help,
  {},
  async ({ values, positionals, database }, { out }) => {
    const session = onlySession(positionals, 'explain');
    const told = await reading(database, async (reader) => {
      const ends = await endsOf(reader, database, session);
      const rows: Recorded<Event>[] = [];
      for await (const row of rowsOf(reader, session, 1, ends.last.seq)) rows.push(row);
      const explained = explanation(rows, { session, lastHash: ends.lastHash });
      return { explained, settings: alternatives(rows, explained) };
    });
    out(
      values.json
        ? `${JSON.stringify({ ...told.explained, settings: told.settings })}\n`
        : narrative(told.explained, database, told.settings),
    );
    return 0;
  },
);
