/** `neo export S`: one session in a file of its own, for another log or for a notebook. It changes nothing. */
import {
  exportFormats,
  exportSession,
  type ExportFormat,
  type Exported,
} from '../actors/log/export.ts';
import { command, databaseDefault, onlySession, UsageError } from './command.ts';

const help = `neo export S --format neo|jsonl|csv -o F [--db F] [--json]

Writes session S into one new file, beside a running engine too. Every event is verified on its way; one that holds a
wallet seed or credentials ends it, so that no secret leaves.

  --format neo    compressed, with its manifest: neo import takes it into another log, where it verifies and replays
  --format jsonl  a line of JSON an event:   pandas.read_json('F', lines=True, precise_float=True)
  --format csv    the same as a table:       SELECT type, count(*) FROM 'F' GROUP BY type    in DuckDB
  -o, --output F  a file that does not exist yet
  --db F          the database (${databaseDefault})
  --json          one JSON document on stdout: file, session, format, events, last_hash

Exit code: 0 done, 1 the session is damaged, 2 no such session or the file exists, 4 it holds a secret or cannot be read.
`;

const options = {
  format: { type: 'string' },
  output: { type: 'string', short: 'o' },
} as const;

export const exportCommand = command(
  help,
  options,
  async ({ values, positionals, database }, { out }) => {
    const session = onlySession(positionals, 'export');
    const format = formatOf(values.format);
    const { output } = values;
    if (!output) throw new UsageError('Say where to: neo export S --format neo -o FILE.');
    const exported = await exportSession(database, session, format, output);
    out(values.json ? document(output, format, exported) : sentence(output, exported));
    return 0;
  },
);

const formatOf = (text: string | undefined): ExportFormat => {
  const format = exportFormats.find((one) => one === text);
  if (format) return format;
  throw new UsageError(
    `Say --format ${exportFormats.join(', ')}${text === undefined ? '' : `; "${text}" is none`}.`,
  );
};

const document = (file: string, format: ExportFormat, exported: Exported): string => {
  const { session, events, lastHash } = exported;
  return `${JSON.stringify({ file, session, format, events, last_hash: lastHash })}\n`;
};

const sentence = (file: string, { session, events, lastHash }: Exported): string =>
  `Session ${session} is in ${file}: ${events} events, last hash ${lastHash}.\n`;
