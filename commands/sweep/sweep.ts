/** `neo sweep`: recorded sessions under every combination of settings, on all cores, and what that would have changed. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { writeNew } from '../../actors/log/output.ts';
import type { SessionEnds } from '../../actors/log/read.ts';
import type { Fills } from '../../config.ts';
import type { SessionOpened } from '../../events/session.ts';
import { counted } from '../../projections/wording.ts';
import { deciding, digestOf } from '../build.ts';
import { endsOf, reading } from '../chronicle.ts';
import { command, databaseDefault, sessionNumber, UsageError } from '../command.ts';
import { workOff } from '../crew.ts';
import { recordsOnly } from '../simulated/tape.ts';
import { showProgress } from '../progress.ts';
import { axesOf, refuse, variantsOf, type Axis, type Variant } from './grid.ts';
import { measure, type Job, type Outcome, type Which } from './measure.ts';
import { openResults, resultsFile, type Header, type Result } from './results.ts';
import { summaries, summaryDocument } from './summary.ts';
import { csvText, preface, tableText } from './table.ts';

const help = `neo sweep S… --grid key=a,b,c … [--set key=value]… [--fills simulated] [--csv F] [-o F] [--db F] [--json]

  Decides the recorded sessions S… again under every combination of the values given for the keys, on all cores, as
  neo replay S --set does with one of them: guards, limits and mode anew, orders, fills and touch as recorded. Prints for
  each: fills, volume-weighted spread, markouts at 1, 5 and 30 s, toxic fills, touch, time DEGRADED, fills while DEGRADED,
  trips, ends, and the differences from the recorded settings with their deviation over sessions and sample sizes.

  --grid key=a,b,c  values of one key; of several keys all combinations
  --set key=value   holds for every variant
  --fills simulated offers and fills anew too, in the recorded market, as neo replay S --fills simulated does: keys of quotes and
                    orders can be swept. The session itself is simulated first, and the model's error stands beside the
                    results. It takes as long as a session in virtual time, for each variant
  --csv F           the table with all differences, into a file that does not exist yet
  -o, --output F    the results, a line for each variant of each session (default DATABASE.sweeps/…). A sweep that was
                    interrupted goes on from there; of another grid, other sessions or another build it is refused
  --db F            the database (default ${databaseDefault})
  --json            everything as one JSON document

Exit codes: 0 done; 1 a session could not be read, the others are told; 2 wrong usage, a key that a replay may not change, no
such session.
`;

const options = {
  grid: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  fills: { type: 'string' },
  csv: { type: 'string' },
  output: { type: 'string', short: 'o' },
} as const;

export const sweepCommand = command(
  help,
  options,
  async ({ values, positionals, database }, { out, error }) => {
    const set = values.set ?? [];
    const fills = fillsOf(values.fills);
    const axes = axesOf(values.grid ?? [], set);
    if (values.csv !== undefined && existsSync(values.csv)) {
      throw new UsageError(`${values.csv} is there already: name a new file with --csv.`);
    }
    const ends = await sessionsOf(database, positionals);
    for (const { first } of ends) {
      refuse((first.event as SessionOpened).config, set, axes, fills);
    }
    const variants = variantsOf(axes).map((variant) => [...set, ...variant]);

    const header = await headerOf(ends, set, axes, fills);
    const file = values.output ?? resultsFile(database, header);
    const results = openResults(file, header);
    const jobs = jobsOf(database, ends, variants, header);
    const { done, failures } = await sweep(jobs, results, error);

    const told = summaries(done, variants, fills);
    if (values.csv !== undefined) {
      await writeNew(values.csv, (draft) => writeFile(draft, csvText(told, axes, fills)));
    }
    if (values.json) {
      const documents = told.map((summary) => ({
        variant: summary.variant,
        ...summaryDocument(summary, fills),
      }));
      const named = (which: Which) => documents.find(({ variant }) => variant === which) ?? null;
      out(
        `${JSON.stringify({
          sessions: header.sessions,
          fills,
          set,
          grid: axes,
          results: file,
          failures: [...failures].map(([session, why]) => ({ session, why })),
          actual: named('actual'),
          base: named('base'),
          variants: documents.filter(({ variant }) => typeof variant === 'number'),
        })}\n`,
      );
    } else out(`${preface(told, header)}${tableText(told, axes, fills)}\nResults: ${file}\n`);
    for (const [session, why] of failures) error(`session ${session} is left out: ${why}\n`);
    return failures.size > 0 ? 1 : 0;
  },
);

const fillsOf = (text: string | undefined): Fills => {
  if (text === undefined) return 'recorded';
  if (text === 'simulated') return text;
  throw new UsageError(`--fills ${text} is not known: it is simulated, or left out.`);
};

const sessionsOf = async (
  database: string,
  positionals: readonly string[],
): Promise<readonly SessionEnds[]> => {
  if (positionals.length === 0)
    throw new UsageError('Say which sessions; neo sessions lists them.');
  const numbers = positionals.map(sessionNumber);
  const twice = numbers.find((one, index) => numbers.indexOf(one) < index);
  if (twice !== undefined) throw new UsageError(`Session ${twice} is named twice.`);
  return reading(database, async (reader) => {
    const ends: SessionEnds[] = [];
    for (const session of numbers) ends.push(await endsOf(reader, database, session));
    return ends;
  });
};

/** What else a run anew goes through. */
const ranThrough = [...deciding, 'sandbox', 'config', 'commands/simulated', 'commands/sweep'];

const headerOf = (
  ends: readonly SessionEnds[],
  set: readonly string[],
  grid: readonly Axis[],
  fills: Fills,
): Header => ({
  format: 'neo-sweep',
  version: 1,
  build: digestOf(ranThrough),
  fills,
  sessions: ends.map(({ session, first, last, lastHash }) => ({
    session,
    uuid: (first.event as SessionOpened).uuid,
    network: (first.event as SessionOpened).network,
    events: last.seq,
    last_hash: lastHash,
  })),
  set,
  grid,
});

/** Session by session, so that whoever has read one goes on with it. */
const jobsOf = (
  database: string,
  ends: readonly SessionEnds[],
  variants: readonly Variant[],
  { grid, set, fills }: Header,
): readonly Job[] => {
  const along = grid.map(({ key, values }) => [...set, `${key}=${values.at(-1)}`]);
  return ends.flatMap(({ session, first, last }): readonly Job[] => {
    const traded = !recordsOnly(first.event as SessionOpened);
    const job = { database, session, to: last.seq, along, fills };
    return [
      ...(fills === 'simulated' && traded
        ? [{ ...job, fills: 'recorded' as const, variant: 'actual' as const, set: [] }]
        : []),
      { ...job, variant: 'base', set: [] },
      ...variants.map((variant, index) => ({ ...job, variant: index, set: variant })),
    ];
  });
};

const sweep = async (
  jobs: readonly Job[],
  results: ReturnType<typeof openResults>,
  error: (text: string) => void,
): Promise<Readonly<{ done: readonly Result[]; failures: ReadonlyMap<number, string> }>> => {
  const idOf = ({ session, variant }: Pick<Job, 'session' | 'variant'>): string =>
    `${session} ${variant}`;
  const known = new Set(results.before.map(idOf));
  const done: Result[] = [...results.before];
  const failures = new Map<number, string>();
  const left = jobs.filter((job) => !known.has(idOf(job)));
  if (known.size > 0 && left.length > 0) {
    error(`going on: ${counted(known.size, 'result')} of ${jobs.length} are there already\n`);
  }
  const before = jobs.length - left.length;
  const progress = showProgress({ noun: 'variants', before }, error);
  let told = before;
  const onOutcome = (outcome: Outcome): boolean => {
    if ('failure' in outcome) failures.set(outcome.session, outcome.failure);
    else {
      results.add(outcome);
      done.push(outcome);
    }
    told += 1;
    progress.at(told, jobs.length);
    return true;
  };
  const program = new URL('worker.js', import.meta.url);
  const processes = Math.min(availableParallelism(), left.length);
  await workOff(left, { processes, program, work: measure, onOutcome });
  progress.end();
  return { done, failures };
};
