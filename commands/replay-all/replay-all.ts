/** `neo replay --all`: every recorded session through this build's actors, and what they would decide differently, by cause. */
import { availableParallelism } from 'node:os';
import { counted } from '../../projections/wording.ts';
import { UsageError, type Surroundings } from '../command.ts';
import { workOff } from '../crew.ts';
import { showProgress } from '../progress.ts';
import { causeText, groupsOf } from './groups.ts';
import { replayOne, type Replayed } from './one.ts';
import { sourcesIn, type Closed, type Source } from './places.ts';

/** Exit code 0 where all are identical, else 1. */
export const replayAll = async (
  places: readonly string[],
  json: boolean,
  { out, error }: Surroundings,
): Promise<number> => {
  const found = await sourcesIn(places);
  if (found.length === 0) throw new UsageError(`${places.join(', ')}: there are no sessions.`);
  const closed = found.filter((one): one is Closed => 'failure' in one);
  const sources = found.filter((one): one is Source => !('failure' in one));
  const replayed: Replayed[] = [];
  const progress = showProgress({ noun: 'sessions' }, error);
  await workOff(sources, {
    processes: Math.min(availableParallelism(), sources.length),
    program: new URL('worker.js', import.meta.url),
    work: replayOne,
    onOutcome: (outcome: Replayed) => {
      replayed.push(outcome);
      progress.at(replayed.length, sources.length);
      return true;
    },
  });
  progress.end();
  const order = (one: Source): number =>
    sources.findIndex(({ place, session }) => place === one.place && session === one.session);
  const told = replayed.toSorted((a, b) => order(a) - order(b));
  const groups = groupsOf(told);
  const failures = [...closed, ...told].flatMap((one) => ('failure' in one ? [one] : []));
  const identical = told.filter((one) => 'divergence' in one && !one.divergence).length;
  const events = told.reduce((sum, one) => sum + ('events' in one ? one.events : 0), 0);
  if (json)
    out(`${JSON.stringify({ sessions: found.length, identical, events, groups, failures })}\n`);
  else {
    out(
      `${counted(found.length, 'session')}: ${identical} identical, ${counted(events, 'event')}.\n`,
    );
    for (const group of groups) {
      out(`\n${counted(group.sessions.length, 'session')}: ${causeText(group)}\n`);
      for (const { place, session, seq } of group.sessions.slice(0, sessionsShown)) {
        out(`  ${named({ place, session })}, event ${seq}\n`);
      }
      const more = group.sessions.length - sessionsShown;
      if (more > 0) out(`  and ${more} more\n`);
    }
  }
  for (const { failure, ...source } of failures)
    error(`${named(source)} is left out: ${failure}\n`);
  return identical === found.length ? 0 : 1;
};

const sessionsShown = 10;

const named = ({ place, session }: Source): string =>
  session === null ? place : `session ${session} of ${place}`;
