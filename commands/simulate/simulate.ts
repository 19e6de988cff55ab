/** `neo simulate`: whole sessions in virtual time under faults and deaths, with invariants after every ledger. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { lookAt } from '../../actors/log/place.ts';
import { command, UsageError } from '../command.ts';
import { workOff } from '../crew.ts';
import { tellKept } from '../kept.ts';
import { inScratch } from '../scratch.ts';
import { simulateOne, type Job, type Outcome } from './one.ts';
import { parseSuffered, shareOf, sufferedNames, type Suffered } from './plan.ts';
import { neverHappened, nothing, plus, told, type Tally } from './tally.ts';

const sessionsUsual = 10;
const sessionsMost = 1_000_000;
const hoursUsual = 0.05;
const hoursMost = 1000;
const hoursLeast = 0.01;
const uint32Most = 0xffff_ffff;

const help = `neo simulate [--sessions N] [--hours H] [--seed N] [--faults all|none|a,b] [--db F] [--json]

  Simulates N engines of H hours each, one for each seed from --seed on, in virtual time on an embedded ledger whose market,
  faults and deaths of the process follow from the seed. After an end ahead of time the engine is started again.

  After every ledger: what the engine holds is what the ledger says; no fill is booked twice, missing or made up; nothing is
  sent before its cause is durable; no offer stands that the log does not know, none beyond the stated worst case, and none
  at all after the end. At last each log must verify and each session replay identically.

  --sessions  how many (default ${sessionsUsual})
  --hours     how long each lasts (default ${hoursUsual}, at least ${hoursLeast})
  --seed      the first seed (default 1)
  --faults    all (default), none, or of: ${wrapped(sufferedNames)}
  --db        keeps the log of a single session in F, which must not exist yet
  --json      the counts as one document

Exit codes: 0 every invariant held and every fault asked for happened; 1 not so, with the seed; 2 wrong usage.
`;

function wrapped(names: readonly string[]): string {
  const rows: string[] = [];
  for (let index = 0; index < names.length; index += 5) {
    rows.push(names.slice(index, index + 5).join(', '));
  }
  return rows.join(',\n              ');
}

const options = {
  sessions: { type: 'string' },
  hours: { type: 'string' },
  seed: { type: 'string' },
  faults: { type: 'string' },
} as const;

export const simulateCommand = command(
  help,
  options,
  async ({ values, positionals }, { out, error }) => {
    if (positionals.length > 0) {
      throw new UsageError(
        `neo simulate takes no "${positionals[0]}"; --help shows what there is.`,
      );
    }
    const sessions = whole('--sessions', values.sessions, sessionsUsual, 1, sessionsMost);
    const seed = whole('--seed', values.seed, 1, 0, uint32Most - sessions);
    const names = namesIn(values.faults ?? 'all');
    const hours = hoursIn(values.hours);
    const jobs = jobsOf(seed, sessions, hours * 3600, names);
    const keep = fileFor(values.db, sessions);
    if (keep !== undefined) await lookAt(keep);
    /** Else each process of the crew would come upon it. */
    await inScratch('simulate', () => Promise.resolve());

    let tally: Tally = nothing;
    let broken: (Outcome & { violation: string }) | undefined;
    let shown = 0;
    /** The first violation stops them all. */
    const onOutcome = (outcome: Outcome): boolean => {
      if ('violation' in outcome) {
        broken ??= outcome;
        return false;
      }
      tally = plus(tally, outcome.tally);
      if (tally.simulated < shown + progressEvery) return true;
      shown = tally.simulated;
      error(`${shown} of ${sessions}\n`);
      return true;
    };
    const [only] = jobs;
    if (keep !== undefined && only) onOutcome(await simulateOne(only, keep));
    else {
      const program = new URL('worker.js', import.meta.url);
      const work = (job: Job): Promise<Outcome> => simulateOne(job);
      await workOff(jobs, { processes: availableParallelism(), program, work, onOutcome });
    }

    const missing = broken ? [] : neverHappened(tally, names);
    if (values.json) {
      const failure = broken ? { seed: broken.job.seed, what: broken.violation } : null;
      out(`${JSON.stringify({ ...tally, violation: failure, never_happened: missing })}\n`);
    } else out(told(tally, names));
    if (broken) error(failureOf(broken, hours));
    if (keep !== undefined) await tellKept(keep, error);
    if (missing.length > 0) {
      const which = missing.join(', ');
      error(`asked for and never happened: ${which}. Simulate more sessions or longer ones.\n`);
    }
    return broken || missing.length > 0 ? 1 : 0;
  },
);

const progressEvery = 500;

const jobsOf = (
  seed: number,
  sessions: number,
  seconds: number,
  names: readonly Suffered[],
): readonly Job[] =>
  Array.from({ length: sessions }, (_, place) => ({
    seed: seed + place,
    seconds,
    names: shareOf(names, place, sessions, seconds),
  }));

const failureOf = ({ job, violation }: Outcome & { violation: string }, hours: number): string => {
  const faults = job.names.length === 0 ? 'none' : job.names.join(',');
  const again = `neo simulate --sessions 1 --hours ${hours} --seed ${job.seed} --faults ${faults} --db seed-${job.seed}.db`;
  return `seed ${job.seed}: ${violation}\nAlone, with its log kept:\n  ${again}\n`;
};

const namesIn = (text: string): readonly Suffered[] => {
  try {
    return parseSuffered(text);
  } catch (cause) {
    throw new UsageError(`--faults: ${(cause as Error).message}.`);
  }
};

const hoursIn = (text: string | undefined): number => {
  const hours = text === undefined ? hoursUsual : Number(text);
  if (text !== '' && hours >= hoursLeast && hours <= hoursMost) return hours;
  throw new UsageError(`--hours is a number from ${hoursLeast} to ${hoursMost}, not "${text}".`);
};

const whole = (
  name: string,
  text: string | undefined,
  usual: number,
  least: number,
  most: number,
): number => {
  if (text === undefined) return usual;
  const number = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new UsageError(`${name} is a whole number from ${least} to ${most}, not "${text}".`);
};

const fileFor = (file: string | undefined, sessions: number): string | undefined => {
  if (file === undefined) return undefined;
  if (sessions !== 1) throw new UsageError('--db keeps the log of one session: give --sessions 1.');
  if (existsSync(file))
    throw new UsageError(`${file} is there already: name a new file with --db.`);
  return file;
};
