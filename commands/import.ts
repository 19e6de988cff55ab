/** `neo import F`: a session that was exported elsewhere becomes the next one of this log, to the letter. */
import { importSession } from '../actors/log/import.ts';
import { startProjector } from '../actors/projector.ts';
import { command, databaseDefault, UsageError } from './command.ts';

const help = `neo import F [--db F] [--json]

Takes a file that neo export --format neo has written into the log, as its next session, all of it or nothing: neo verify
and neo replay give the same last hash as where it was recorded. The log is created where there is none; one of another
network or account refuses it. No engine ever starts from an imported session.

  --db F   the database (${databaseDefault})
  --json   one JSON document on stdout: session, uuid, events, last_hash

Exit code: 0 done, 1 the file is damaged, 2 it is no session file or is here already, 4 this log cannot take it.
`;

export const importCommand = command(
  help,
  {},
  async ({ values, positionals, database: file }, { out, error }) => {
    const [source] = positionals;
    if (!source || positionals.length > 1) {
      throw new UsageError('Say which file, one at a time: neo import F.');
    }
    const imported = await importSession(source, file, async (log) => {
      const projector = startProjector(log, (cause) => error(`${String(cause)}\n`));
      await projector.settled();
      await projector.stop();
    });
    const { session, uuid, events, lastHash } = imported;
    out(
      values.json
        ? `${JSON.stringify({ session, uuid, events, last_hash: lastHash })}\n`
        : `Imported as session ${session}: ${events} events, last hash ${lastHash}.\n`,
    );
    return 0;
  },
);
