/** `neo replay S`: runs a recorded session's decisions again and compares every word; or, with another configuration, what would have been. */
import { LogError } from '../actors/log/failure.ts';
import { openReader, type Reader } from '../actors/log/reader.ts';
import { verifyLog } from '../actors/log/verify.ts';
import { replay, type Divergence } from '../actors/replay.ts';
import { turnsOf } from '../actors/turns.ts';
import { readConfigForReplay } from '../config.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import type { SessionOpened } from '../events/session.ts';
import { settingsOf } from '../machines/settings.ts';
import { ending, type EndingDocument } from '../projections/document.ts';
import { apply, empty } from '../projections/halt.ts';
import { commandLine } from '../projections/wording.ts';
import { build, commitOf } from './build.ts';
import { closingOf, endsOf } from './chronicle.ts';
import { simulatedText, simulatedWhatIf } from './simulated/whatif.ts';
import { command, onlySession, UsageError } from './command.ts';
import { showProgress } from './progress.ts';
import { replayAll } from './replay-all/replay-all.ts';
import { whatIf, whatIfText } from './whatif.ts';

const help = `neo replay S | --all [PLACE…] [--set key=value]… [--profile P] [--fills simulated] [--until SEQ] [--db F] [--json]

  Feeds the recorded inputs of session S to this build's actors and compares what they say with the log.
  Identical: exit 0, and the halt with its cause. Otherwise the first difference (seq, expected, got), and which build recorded
  the session: exit 1.

  --set key=value   what if this key had been otherwise: session, limits, guards and mode decide anew as far as it concerns
  --profile P       them; orders, fills and inventory stay as recorded. Prints both sides, and which results are
                    counterfactual: they come after the first difference. Keys that a replay may not change are refused.
  --fills simulated offers, fills and inventory anew too, in the recorded market: others' book, pool and trades as they were,
                    ours taken by a stated fill model. Keys of quotes and orders may be changed with it. First on the
                    session itself: the model's error against what really happened stands beside the result
  --until SEQ       compare up to this event
  --all             every session of the log, or of each PLACE: a log, a file of neo export --format neo, a folder of both.
                    What this build would decide differently, by cause. All identical: exit 0, else 1
`;

const options = {
  set: { type: 'string', multiple: true },
  profile: { type: 'string' },
  fills: { type: 'string' },
  until: { type: 'string' },
  all: { type: 'boolean' },
} as const;

export const replayCommand = command(help, options, async (line, surroundings) => {
  const { values, positionals, database } = line;
  const json = values.json === true;
  if (values.all) {
    const { set, profile, fills, until } = values;
    if ([set, profile, fills, until].some((one) => one !== undefined)) {
      throw new UsageError(
        '--all compares what was recorded: leave --set, --profile, --fills and --until out.',
      );
    }
    const places =
      positionals.length > 0 && values.db === undefined ? positionals : [database, ...positionals];
    return replayAll(places, json, surroundings);
  }
  const session = onlySession(positionals, 'replay');
  const { out, error } = surroundings;
  const reader = await openReader(database);
  try {
    const { first, last, lastHash } = await endsOf(reader, database, session);
    const opened = first.event as SessionOpened;
    const until = untilOf(values.until);
    const range = until === undefined ? {} : { to: until };
    const set = values.set ?? [];
    if (values.fills !== undefined) {
      refuseFills(values.fills, until);
      await refuseDamaged(database, session);
      const changes = { profile: values.profile, set };
      const result = await simulatedWhatIf(reader, session, changes);
      out(json ? `${JSON.stringify(result)}\n` : simulatedText(result));
      return 0;
    }
    if (set.length > 0 || values.profile !== undefined) {
      const changed = readConfigForReplay(opened.config, { profile: values.profile, set });
      const told = await whatIf(reader, session, changed.effective, range);
      out(json ? `${JSON.stringify(told)}\n` : whatIfText(told));
      return 0;
    }
    const to = Math.min(until ?? Infinity, last.seq);
    const progress = showProgress({ noun: 'events' }, error);
    const { events, divergence } = await replay(
      turnsOf(reader.readWritten(session, { to })),
      settingsOf(opened),
      { until, onProgress: (seq) => progress.at(seq, to) },
    ).finally(progress.end);
    const halt = await endingOf(reader, session, last.seq);
    const identical = divergence === null;
    const builds = { recorded: opened.build, replayed: build() };
    if (json) {
      const told = { session, identical, events, last_hash: lastHash, divergence, builds, halt };
      out(`${JSON.stringify(told)}\n`);
    } else if (divergence) out(differs(divergence) + whichBuilds(session, builds, database));
    else out(identicalText(session, events, halt, database));
    return identical ? 0 : 1;
  } finally {
    await reader.close();
  }
});

/** What was not recorded so is no market to be simulated in. */
const refuseDamaged = async (database: string, session: number): Promise<void> => {
  const verdict = await verifyLog(database, session);
  if (!verdict.intact) throw new LogError(1, verdict.sentence);
};

const refuseFills = (fills: string, until: number | undefined): void => {
  if (fills !== 'simulated') {
    throw new UsageError(`--fills ${fills} is not known: it is simulated, or left out.`);
  }
  if (until !== undefined) {
    throw new UsageError('--until goes with a comparison, and not with --fills simulated.');
  }
};

const untilOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`--until ${text} is no event number; they count from 1.`);
};

/** Why the session ended; null while it has not. */
const endingOf = async (
  reader: Reader,
  session: number,
  lastSeq: number,
): Promise<EndingDocument | null> => {
  const end = (await closingOf(reader, session, lastSeq)).reduce(apply, empty);
  return end && ending(end);
};

const identicalText = (
  session: number,
  events: number,
  halt: EndingDocument | null,
  database: string,
): string =>
  `Session ${session} replays identically: ${events} events.\n` +
  (halt
    ? `It ended by ${halt.reason} (source ${halt.source}${halt.detail ? `: ${halt.detail}` : ''}) at ${halt.at}, caused by event ${halt.seq}.\nExplain it with: ${commandLine(`explain ${session}`, database)}\n`
    : 'It has no end yet.\n');

const differs = ({ seq, expected, got }: Divergence): string =>
  `The first difference is at event ${seq}.\n  expected ${shown(expected)}\n  got      ${shown(got)}\n`;

type Builds = Readonly<{ recorded: string; replayed: string }>;

/** Whether a changed rule may be all there is to it, and what shows more. */
const whichBuilds = (session: number, { recorded, replayed }: Builds, database: string): string => {
  if (recorded === replayed) {
    return (
      `This build recorded session ${session} itself: the record is no longer what was written, or an actor does not decide the same twice.\n` +
      `Whether it is: ${commandLine(`verify --session ${session}`, database)}\n`
    );
  }
  const commit = commitOf(recorded);
  return (
    `Session ${session} was recorded by build ${recorded}, and this is ${replayed}: a rule may have changed in between.\n` +
    `The build that recorded it replays it word for word${commit === undefined ? '' : `: git checkout ${commit}, then npm ci`}.\n`
  );
};

const shown = (row: Recorded<Event> | null): string =>
  row ? `${row.actor} ${row.event.type} ${JSON.stringify(row.event)}` : 'nothing more in this turn';
