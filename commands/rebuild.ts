/** `neo rebuild`: drops all read models, makes them anew from the log, and prints their digest. The log stays as it is. */
import { rebuildReadModels } from '../actors/rebuild.ts';
import { command, databaseDefault, UsageError } from './command.ts';
import { showProgress } from './progress.ts';

const help = `neo rebuild [--db F] [--json]

Drops the tables that are made from the log (sessions, orders, fills and the others) and makes them anew. Prints one
line: the digest of all their rows, 64 hex digits; the same log always gives the same.

  --db F  the database (${databaseDefault})
  --json  one JSON document on stdout

Exit code: 0 done, 1 a session could not be told to its end, 2 no such database, 4 it is being written or cannot be used.
`;

export const rebuildCommand = command(
  help,
  {},
  async ({ values, positionals, database }, { out, error }) => {
    if (positionals.length > 0) {
      throw new UsageError(`neo rebuild takes no "${positionals[0]}"; --db names a database.`);
    }
    const progress = showProgress({ noun: 'events' }, error);
    const rebuilt = await rebuildReadModels(database, progress.at).finally(progress.end);
    out(values.json ? `${JSON.stringify(rebuilt)}\n` : `${rebuilt.digest}\n`);
    for (const sentence of rebuilt.untold) error(`${sentence}\n`);
    return rebuilt.untold.length === 0 ? 0 : 1;
  },
);
