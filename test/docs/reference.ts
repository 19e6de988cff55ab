/** The pages of docs/reference, written from the sources the code runs on and from nothing else. No test itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands as listed } from '../../commands/commands.ts';
import { metrics } from '../../commands/run/watch/metrics.ts';
import { reference as configuration } from '../../config/reference.ts';
import { isProtective, type HaltReason } from '../../events/halt.ts';
import { meaning } from '../../projections/meaning.ts';
import { tableKeys } from '../../projections/tables.ts';
import { root } from '../tidy/source.ts';

type Row = readonly string[];

const table = (head: Row, rows: readonly Row[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((row) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`)
    .join('');

const written = 'Written by `npm run docs` from the sources; do not edit it here.\n';

const commands = await Promise.all(
  listed.map(async ({ name, summary, load }) => ({ name, summary, help: (await load()).help })),
);

const commandPage = (): string =>
  [
    '# Commands\n',
    `${written}\n\`neo\` stands for \`node dist/main.js\`. Every command takes \`--db F\`, \`--json\` and \`--help\`.\n`,
    table(
      ['command', 'does'],
      commands.map(({ name, summary }) => [`[\`neo ${name}\`](#neo-${name})`, summary]),
    ),
    ...commands.map(
      ({ name, help }) => `## neo ${name}\n\n\`\`\`text\n${help.trimEnd()}\n\`\`\`\n`,
    ),
  ].join('\n');

const couldNotStart: ReadonlySet<string> = new Set(['startup_failure', 'config_mismatch']);

const haltPage = (): string =>
  [
    '# Halt tokens\n',
    `${written}\nWhy a session ended: \`halt.reason\` in the log, the reports, the database and the alerts. One to a session, the first.\n`,
    table(
      ['token', 'exit code', 'what it means'],
      (Object.entries(meaning) as [HaltReason, string][]).map(([reason, words]) => [
        `\`${reason}\``,
        couldNotStart.has(reason) ? '4' : isProtective(reason) ? '3' : exitCodeOf(reason),
        words,
      ]),
    ),
  ].join('\n');

/** The process of a session that died had none; a replay has its own. */
const exitCodeOf = (reason: HaltReason): string =>
  reason === 'unexpected_halt' || reason === 'replay_exhausted' ? 'none' : '0';

const metricPage = (): string =>
  [
    '# Metrics\n',
    `${written}\nServed on \`127.0.0.1\` at \`metrics.port\` (0, the default, serves none): \`/metrics\` for Prometheus, \`/healthz\` (200 while the log
grows), \`/readyz\` (200 from the end of the start’s checks to the end of the session; the body is the session’s sentence). Beside these
stand \`neo_session_info\` and what prom-client tells of Node and the process, such as \`nodejs_eventloop_lag_seconds\`.\n`,
    table(
      ['metric', 'type', 'labels', 'meaning'],
      metrics.map(({ name, kind, labels, help }) => [`\`${name}\``, kind, labels.join(', '), help]),
    ),
  ].join('\n');

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** The words of a comment, on one line. */
const words = (comment: string | undefined): string =>
  (comment ?? '')
    .replaceAll(/^\s*\*/gm, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

const opening = (text: string): string => words(/^\/\*\*([^]*?)\*\//.exec(text)?.[1]);

type EventShape = Readonly<{ type: string; means: string; fields: string }>;

/** What a file of events/ exports with a `type`. */
const shapesIn = (text: string): readonly EventShape[] =>
  [
    ...text.matchAll(
      /(?:\/\*\*((?:(?!\*\/)[^])*)\*\/\n)?export type \w+ =[^;]*?Readonly<\{\s*type: '([\w.]+)'(?:;|,)?([^]*?)\}>;\n/g,
    ),
  ].map(([, comment, type = '', body = '']) => ({
    type,
    means: words(comment),
    fields: fieldsOf(body).join(', '),
  }));

/** The names at the top of a type's body. */
const fieldsOf = (body: string): readonly string[] => {
  let rest = body.replaceAll(/\/\*\*[^]*?\*\//g, '');
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest.replaceAll(/\{[^{}]*\}|<[^<>]*>|\([^()]*\)/g, '');
  }
  return [...rest.matchAll(/(?:^|;)\s*(?:readonly )?(\w+)\??:/g)].map(([, name = '']) => name);
};

/** One file of events/ a section; throws where it has found none of the events that the file names. */
const eventPage = (): string => {
  const files = readdirSync(join(root, 'events')).toSorted();
  const sections = files.flatMap((file) => {
    const text = read(`events/${file}`);
    const shapes = shapesIn(text);
    const named = [...text.matchAll(/^\s*(?:export type \w+ = Readonly<\{ )?type: '([\w.]+)'/gm)];
    if (named.length > shapes.length) throw new Error(`events/${file}: an event was not read`);
    if (shapes.length === 0) return [];
    const rows = shapes.map(({ type, means, fields }) => [`\`${type}\``, means, fields]);
    return [
      `## ${file.replace(/\.ts$/, '')}\n`,
      `${opening(text)}\n`,
      table(['event', 'meaning', 'data'], rows),
    ];
  });
  return [
    '# Events\n',
    `${written}\nEach row of the table \`event\` is one of these; \`data\` holds the named fields as JSON. Amounts are exact text, \`at\` is Unix milliseconds,
ledger times are seconds since 2000. \`events/\` has the exact types.\n`,
    ...sections,
  ].join('\n');
};

const tablePage = (): string => {
  const folder = 'projections/tables';
  const heads = readdirSync(join(root, folder)).map((file) => opening(read(`${folder}/${file}`)));
  const sql = readdirSync(join(root, 'migrations'))
    .toSorted()
    .map((file) => read(`migrations/${file}`))
    .join('\n');
  const found = [...sql.matchAll(/CREATE TABLE (\w+) \(\n([^]*?)\n\)/g)];
  const sections = ['event', 'imported', ...Object.keys(tableKeys)].map((name) => {
    const body = found.findLast(([, one]) => one === name)?.[2];
    if (body === undefined) throw new Error(`no migration creates ${name}`);
    const columns = [...body.matchAll(/^ {2}(\w+) (TEXT|INTEGER|REAL|ANY)( NOT NULL)?/gm)].map(
      ([, column = '', kind = '', required]) => [
        `\`${column}\``,
        kind,
        required === undefined ? 'may be null' : '',
      ],
    );
    const head = heads.find((one) => one.includes(`\`${name}\``)) ?? '';
    return `## ${name}\n\n${head === '' ? '' : `${head}\n\n`}${table(['column', 'type', ''], columns)}`;
  });
  return [
    '# Tables\n',
    `${written}\n\`event\` is the log; \`imported\` says which sessions came from elsewhere; all others are read models that \`neo rebuild\` makes anew from it.\n`,
    ...sections,
  ].join('\n');
};

/** Each page by its path from the root of the project. */
export const pages: Readonly<Record<string, () => string>> = {
  'docs/reference/commands.md': commandPage,
  'docs/reference/config.md': configuration,
  'docs/reference/events.md': eventPage,
  'docs/reference/halts.md': haltPage,
  'docs/reference/metrics.md': metricPage,
  'docs/reference/tables.md': tablePage,
};
