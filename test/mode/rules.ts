/** What must hold in every state and at every step of the mode chart. Each rule names the steps that break it. No test itself. */
import type { Said } from '../../events/event.ts';
import { guardIds, type GuardId } from '../../events/guard.ts';
import { explore, isLive, tickMs, walk, type Explored, type Step, type World } from './explore.ts';

type Rule = (step: Step, world: World) => boolean;

const regions = ({ snapshot }: Step['to']): Readonly<Record<string, string>> =>
  isLive(snapshot) ? (snapshot.value as { live: Record<string, string> }).live : {};

const factOf = ({ heard: { event } }: Step, guard: GuardId) =>
  event.type === 'guards.evaluated' ? event.facts[guard] : undefined;

const said = <T extends Said['type']>(step: Step, type: T): readonly Extract<Said, { type: T }>[] =>
  step.said.filter((event): event is Extract<Said, { type: T }> => event.type === type);

const isTick = ({ heard }: Step): boolean => heard.event.type === 'guards.evaluated';
/** An end is asked for; by a kill that was cleared before anybody heard it none is. */
const isAsked = ({ heard: { event } }: Step): boolean =>
  event.type === 'operator.kill' ? !event.cleared : event.type !== 'guards.evaluated';
const stays = (step: Step): boolean => isLive(step.from.snapshot) && isLive(step.to.snapshot);
const ends = (step: Step): boolean => isLive(step.from.snapshot) && !isLive(step.to.snapshot);

/** Guards whose own deadline has come at this step, the earliest first. */
const overdue = (step: Step): readonly GuardId[] => {
  const { episodes } = step.from.snapshot.context;
  return guardIds
    .filter((id) => {
      const { phase, trippedAt, deadlineAt } = episodes[id];
      return phase !== 'armed' && trippedAt !== null && (deadlineAt ?? Infinity) <= step.heard.at;
    })
    .toSorted((a, b) => (episodes[a].deadlineAt ?? 0) - (episodes[b].deadlineAt ?? 0));
};

/** Guards that trip at this step for the last time that they may. */
const lastTrips = (step: Step, { policies }: World): readonly GuardId[] =>
  guardIds.filter((id) => {
    const { phase, trips } = step.from.snapshot.context.episodes[id];
    const most = policies[id].max_episodes;
    return phase === 'armed' && most > 0 && trips + 1 >= most && factOf(step, id)?.trip === true;
  });

export const rules: Readonly<Record<string, Rule>> = {
  'OK holds exactly when every region is armed, and the causes are the regions that are not': (
    step,
  ) => {
    if (!isLive(step.to.snapshot)) return true;
    const { context } = step.to.snapshot;
    const at = regions(step.to);
    const standing = guardIds.filter((id) => at[id] !== 'armed');
    return (
      (at['join'] === 'OK') === (standing.length === 0) &&
      [...context.causes].toSorted(byId).join() === standing.join() &&
      guardIds.every((id) => context.episodes[id].phase === at[id])
    );
  },

  'a second cause never replaces the first: causes keep the order of their trips': (step) => {
    if (!stays(step)) return true;
    const before = step.from.snapshot.context.causes;
    const after = step.to.snapshot.context.causes;
    const kept = before.filter((id) => after.includes(id));
    return after.slice(0, kept.length).join() === kept.join();
  },

  'a region is left and reached only by what its own guard found': (step) => {
    if (!stays(step)) return true;
    const [before, after] = [regions(step.from), regions(step.to)];
    return guardIds.every((id) => {
      const fact = factOf(step, id);
      if (before[id] === 'armed') return (after[id] === 'armed') === (fact?.trip !== true);
      if (after[id] !== 'armed') return true;
      return fact?.release === 'holds' || fact?.release === 'now';
    });
  },

  'an episode keeps its own trip and its own deadline': (step, { policies }) => {
    if (!stays(step)) return true;
    return guardIds.every((id) => {
      const [was, is] = [
        step.from.snapshot.context.episodes[id],
        step.to.snapshot.context.episodes[id],
      ];
      if (is.phase === 'armed') return is.trips === was.trips;
      const timeout = policies[id].timeout_seconds;
      const own = timeout > 0 ? (is.trippedAt ?? 0) + timeout * 1000 : null;
      const isNew = was.phase === 'armed';
      return (
        is.deadlineAt === own &&
        is.trips === was.trips + (isNew ? 1 : 0) &&
        is.trippedAt === (isNew ? step.heard.at : was.trippedAt)
      );
    });
  },

  'a session ends at a deadline, at a last trip, or where it is asked to, and at nothing else': (
    step,
    world,
  ) => {
    if (!isLive(step.from.snapshot)) return true;
    const isDue = overdue(step).length > 0 || lastTrips(step, world).length > 0;
    const must = isAsked(step) || (isTick(step) && isDue);
    return ends(step) === must;
  },

  'the first cause is the halt’s: the earliest deadline, then a last trip; the rest is ignored': (
    step,
    world,
  ) => {
    if (!ends(step)) return said(step, 'halt').length === 0;
    const [halt, ...more] = said(step, 'halt');
    const by = overdue(step).length > 0 ? overdue(step) : lastTrips(step, world);
    const ignored = said(step, 'halt.ignored').map(({ source }) => source);
    return (
      more.length === 0 &&
      halt?.event === step.heard.seq &&
      (!isTick(step) || (halt.source === by[0] && ignored.join() === by.slice(1).join())) &&
      halt.standing.every((id) => id !== halt.source)
    );
  },

  'nothing changes a halt: what comes later is recorded as ignored': (step) => {
    if (isLive(step.from.snapshot)) return true;
    return (
      step.to.snapshot.value === step.from.snapshot.value &&
      step.said.every(({ type }) => type === 'halt.ignored') &&
      (isTick(step) || step.said.length === (isAsked(step) ? 1 : 0))
    );
  },

  'every change of a region is said, and nothing else is': (step) => {
    if (!stays(step)) return true;
    const [before, after] = [regions(step.from), regions(step.to)];
    return guardIds.every((id) => {
      const own = step.said.filter((event) => 'guard' in event && event.guard === id);
      if (before[id] === after[id] && own.length === 0) return true;
      return own.map(({ type }) => type).join(' ') === words(before[id], after[id]);
    });
  },

  'every change of mode or causes is said once, as it is, and nothing else is': (step) => {
    if (!isLive(step.from.snapshot)) return true;
    const [was, is] = [step.from.snapshot.context.causes, step.to.snapshot.context.causes];
    const changes = said(step, 'mode.changed');
    const [change] = changes;
    if (ends(step)) {
      const isHalt = step.to.snapshot.value === 'HALT';
      return changes.length === (isHalt ? 1 : 0) && (!change || change.mode === 'HALT');
    }
    if (was.join() === is.join()) return changes.length === 0;
    const mode = is.length > 0 ? 'DEGRADED' : 'OK';
    return changes.length === 1 && change?.mode === mode && change.causes.join() === is.join();
  },
};

const byId = (a: GuardId, b: GuardId): number => guardIds.indexOf(a) - guardIds.indexOf(b);

/** What a region says on its way from one state to another at one tick; in recovering, a count that breaks. */
const words = (before = '', after = ''): string => {
  const way = `${before} ${after}`;
  switch (way) {
    case 'armed tripped':
      return 'guard.tripped';
    case 'armed cooling':
      return 'guard.tripped guard.cooled';
    case 'tripped recovering':
    case 'cooling recovering':
    case 'recovering recovering':
      return 'guard.recovering';
    case 'tripped armed':
    case 'cooling armed':
      return 'guard.recovering guard.recovered';
    case 'recovering armed':
      return 'guard.recovered';
    default:
      return `no arrow leads from ${way}`;
  }
};

/** Names of the rules that are broken somewhere, each with one place. */
export const brokenRules = (
  { places, steps }: Explored,
  world: World,
): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const [name, holds] of Object.entries(rules)) {
    const step = steps.find((one) => !holds(one, world));
    if (step) found[name] = `${step.from.key} —${JSON.stringify(step.heard.event)}→ ${step.to.key}`;
  }
  const [stuck] = lost({ places, steps }, world);
  if (stuck !== undefined) found[wayBack] = stuck;
  return found;
};

/** Whether that rule is broken somewhere: looks no further than it must. */
export const isBroken = (name: string, world: World): boolean => {
  const holds = rules[name];
  if (!holds) return name in brokenRules(explore(world), world);
  for (const step of walk(world)) if (!holds(step, world)) return true;
  return false;
};

export const wayBack = 'from every live state OK is reached by the guards’ own recoveries';

/**
 * Live states from which no sequence of recoveries leads to OK, but for those that a deadline reaches before the release
 * could: a guard is released at the earliest on the next tick, or where it cools on the tick on which that is over.
 */
const lost = ({ places, steps }: Explored, { pair }: World): readonly string[] => {
  const isCalm = ({ heard: { event } }: Step): boolean =>
    event.type === 'guards.evaluated' && pair.every((id) => event.facts[id]?.trip !== true);
  const back = new Map<string, string[]>();
  for (const step of steps) {
    if (isCalm(step)) back.set(step.to.key, [...(back.get(step.to.key) ?? []), step.from.key]);
  }
  const live = places.filter(({ snapshot }) => isLive(snapshot));
  const good = new Set(
    live.filter(({ snapshot }) => snapshot.context.causes.length === 0).map(({ key }) => key),
  );
  for (const key of good) for (const from of back.get(key) ?? []) good.add(from);
  return live
    .filter(({ key }) => !good.has(key))
    .filter(({ snapshot, tick }) => {
      const { episodes } = snapshot.context;
      return !pair.some((id) => {
        const { phase, deadlineAt, untilTick } = episodes[id];
        const asked = phase === 'cooling' ? Math.max(tick + 1, untilTick ?? 0) : tick + 1;
        return phase !== 'armed' && deadlineAt !== null && asked * tickMs >= deadlineAt;
      });
    })
    .map(({ key }) => key);
};
