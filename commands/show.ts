/** `neo show S`: the report of one session, or its document. Reads what is durable and writes nothing. */
import { document } from '../projections/document.ts';
import { riskLine } from '../projections/at-risk.ts';
import { summary } from '../projections/report.ts';
import { sentence } from '../projections/sentence.ts';
import { apply, empty, isOver } from '../projections/session.ts';
import { instant } from '../projections/wording.ts';
import { endsOf, reading, rowsOf } from './chronicle.ts';
import {
  commonOptions,
  databaseDefault,
  parseLine,
  sessionNumber,
  UsageError,
  type Command,
} from './command.ts';

const help = `neo show S [--db F] [--json]

The report of session S: how it ended, its modes, guards, fills, holdings, touch, orders and last hash.

  --db F    the database (default ${databaseDefault})
  --json    the session's document
`;

export const showCommand: Command = {
  name: 'show',
  summary: 'the report of one session',
  help,
  run: async (args, { out }) => {
    const { values, positionals } = parseLine(args, commonOptions);
    if (values.help) {
      out(help);
      return 0;
    }
    const session = sessionNumber(positionals[0]);
    if (positionals.length > 1) throw new UsageError('One session at a time: neo show S.');
    const database = values.db ?? databaseDefault;
    const { state, lastHash } = await reading(database, async (reader) => {
      const ends = await endsOf(reader, database, session);
      let folded = empty;
      for await (const row of rowsOf(reader, session, 1, ends.last.seq))
        folded = apply(folded, row);
      return { state: folded, lastHash: ends.lastHash };
    });
    const told = document(state, { session, lastHash });
    if (values.json) {
      out(`${JSON.stringify(told)}\n`);
      return 0;
    }
    const asOf = isOver(state) ? '' : `As of ${instant(state.lastAt)}: `;
    out(`${asOf}${sentence(state, state.lastAt)}\n\n${summary(told, riskLine(state), database)}`);
    return 0;
  },
};
