/** `neo backup -o F`: a copy of the log in one file, taken beside a running engine too. It never replaces a file. */
import { backupTo } from '../actors/log/backup.ts';
import { openReader } from '../actors/log/reader.ts';
import { command, databaseDefault, UsageError } from './command.ts';

const help = `neo backup -o F [--db F] [--json]

Copies the log and its read models into one new file that opens by itself, and the last hash of each session into
F.hash beside it. Works beside a running engine.

  -o, --output F  the copy; a file that does not exist yet
  --db F          the database (${databaseDefault})
  --json          one JSON document on stdout

Exit code: 0 done, 2 no such database or the copy exists already, 4 the database cannot be read.
`;

export const backupCommand = command(
  help,
  { output: { type: 'string', short: 'o' } },
  async ({ values, positionals, database }, { out }) => {
    const { output } = values;
    if (!output) throw new UsageError('Say where to: neo backup -o FILE.');
    if (positionals.length > 0) {
      throw new UsageError(`neo backup takes no "${positionals[0]}"; -o names the copy.`);
    }
    const reader = await openReader(database);
    await reader.close();
    const { file, lastHash } = await backupTo(database, output);
    const document = { file, last_hash: lastHash ?? null };
    out(values.json ? `${JSON.stringify(document)}\n` : `${file} ${lastHash ?? ''}\n`);
    return 0;
  },
);
