/**
 * Which settings of the guards would have changed how a session ended: each key alone, moved away from its recorded value to
 * the nearest one that does. Found by running market, limits, guards and mode again on the record; fills stay as they were.
 */
import { rerun, type Rerun } from '../actors/rerun.ts';
import { anewUnder, tapeOf, type Anew, type Tape } from '../actors/tape.ts';
import { ConfigError, readConfigForReplay } from '../config.ts';
import type { Recorded } from '../events/envelope.ts';
import type { Event } from '../events/event.ts';
import { guardIds, type GuardId } from '../events/guard.ts';
import { isProtective, type Halt, type LimitReason } from '../events/halt.ts';
import type { SessionOpened } from '../events/session.ts';
import { isoTime } from '../ledger/time.ts';
import { settingsOf, type Settings } from '../machines/settings.ts';
import type { Alternative, Alternatives } from '../projections/alternative.ts';
import type { SessionState } from '../projections/session.ts';

type Row = Recorded<Event>;

/** Where a key is moved: to one other word, or step by step as far as `to`, or as far as a step below another key. */
type Way =
  | Readonly<{ word: boolean | string | 0 }>
  | Readonly<{ to: number; step: number }>
  | Readonly<{ below: string; step: number }>;
type Ways = Readonly<Record<string, Way>>;

const policy: Ways = {
  timeout_seconds: { word: 0 },
  max_episodes: { word: 0 },
  recovery_enabled: { word: true },
  recovery_ticks: { to: 1, step: 1 },
  cooldown_ticks: { to: 0, step: 1 },
};

const ways: Readonly<Record<GuardId, Ways>> = {
  wallet_truth: {
    ...policy,
    trip_delta_xrp: { to: 10_000, step: 0.1 },
    trip_delta_rlusd: { to: 10_000, step: 0.1 },
    unverified_count: { to: 1000, step: 1 },
  },
  anchor_saturation: {
    ...policy,
    bias_threshold_bps: { to: 200, step: 0.1 },
    prevalence_threshold_bps: { to: 200, step: 0.1 },
    prevalence_pct: { to: 100, step: 1 },
    exit_bias_threshold_bps: { below: 'guards.anchor_saturation.bias_threshold_bps', step: 0.1 },
    exit_prevalence_pct: { below: 'guards.anchor_saturation.prevalence_pct', step: 1 },
    lookback_ticks: { to: 2000, step: 1 },
    signal: { word: 'residual' },
  },
  directional_drift: {
    ...policy,
    condition_c_enabled: { word: false },
    no_opposing_fill_ticks: { to: 2000, step: 1 },
    no_opposing_fill_min_fills: { to: 100, step: 1 },
    burst_fill_count: { to: 100, step: 1 },
    burst_window_seconds: { to: 1, step: 1 },
    net_notional_rlusd: { to: 10_000, step: 1 },
    net_notional_window_seconds: { to: 1, step: 1 },
  },
  inventory_corridor: {
    ...policy,
    min_xrp_pct: { to: 0, step: 1 },
    max_xrp_pct: { to: 100, step: 1 },
    min_rlusd_floor: { to: 0, step: 1 },
    lookback_ticks: { to: 2000, step: 1 },
  },
  order_integrity: { ...policy, grace_ticks: { to: 2000, step: 1 } },
  ledger_connection: policy,
  issuer: policy,
};

/** A hard limit has one number of its own, where it has any. */
const limitWays: Readonly<Partial<Record<LimitReason, readonly [key: string, way: Way]>>> = {
  risk_xrp_exposure: ['risk.max_xrp_exposure', { to: 100_000, step: 1 }],
  risk_rlusd_exposure: ['risk.max_rlusd_exposure', { to: 100_000, step: 1 }],
  risk_rpc_failure: ['risk.max_rpc_failures', { to: 1000, step: 1 }],
  risk_stale_ledger: ['risk.max_ledger_age_seconds', { to: 3600, step: 1 }],
};

/** An end that a guard or a limit came to, as far as another one is sought for it. */
export type Ended = Readonly<{
  opened: SessionOpened;
  halt: Pick<Halt, 'reason' | 'source' | 'standing'>;
  /** Elapsed seconds count from here. */
  zero: number;
}>;

/** What of a session that is there to be sought; undefined where no guard and no limit ended it. */
export const endedOf = (
  opened: SessionOpened | null,
  { halt, startedAt, openedAt }: SessionState,
): Ended | undefined => {
  if (!opened || !halt || !isProtective(halt.reason) || halt.source === 'operator') {
    return undefined;
  }
  return { opened, halt, zero: startedAt ?? openedAt };
};

const keysOf = ({ halt }: Ended): readonly (readonly [string, Way])[] => {
  const limit = limitWays[halt.reason as LimitReason];
  const halting = guardIds.filter((id) => id === halt.source);
  return [
    ...(limit ? [limit] : []),
    ...[...halting, ...halt.standing].flatMap((id) =>
      Object.entries(ways[id]).map(([key, way]) => [`guards.${id}.${key}`, way] as const),
    ),
  ];
};

/**
 * `rows`: the session from its opening on, read as often as there are guards that stood. Some 700 bytes an event are held, and each
 * is run again some sixty times.
 */
export const alternatives = async (
  ended: Ended,
  rows: () => AsyncIterable<Row>,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<Alternatives> => {
  const search = searchOf(ended, rows);
  const changed: Alternative[] = [];
  const unchanged: string[] = [];
  const keys = keysOf(ended);
  for (const [index, [key, way]] of keys.entries()) {
    onProgress(index, keys.length);
    const found = await search(key, way);
    if (found) changed.push(alternative(key, found, ended.zero));
    else unchanged.push(key);
  }
  return { changed, unchanged };
};

type Found = Readonly<{ recorded: unknown; value: unknown; run: Rerun }>;
const searchOf = ({ opened, halt }: Ended, rows: () => AsyncIterable<Row>) => {
  const settings = settingsOf(opened);
  let taped: Readonly<{ name: string; tape: Tape }> | undefined;
  const tapeFor = async (anew: Anew): Promise<Tape> => {
    const name = [...anew.actors].join();
    if (taped?.name !== name) taped = { name, tape: await tapeOf(rows(), anew) };
    return taped.tape;
  };
  const under = async (key: string, value: unknown): Promise<Rerun | undefined> => {
    try {
      const set = [`${key}=${String(value)}`];
      const changed = readConfigForReplay(opened.config, { set }).effective;
      const anew = anewUnder(settings, [changed]);
      return rerun(await tapeFor(anew), changed, anew);
    } catch (error) {
      if (error instanceof ConfigError) return undefined;
      throw error;
    }
  };
  return async (key: string, way: Way): Promise<Found | undefined> => {
    const recorded = valueAt(settings, key);
    const find = async (value: unknown): Promise<Found | undefined> => {
      const run = recorded === value ? undefined : await under(key, value);
      return run && isOther(run, halt) ? { recorded, value, run } : undefined;
    };
    if ('word' in way) return find(way.word);
    if (typeof recorded !== 'number') return undefined;
    const { step } = way;
    const to = 'to' in way ? way.to : Number(valueAt(settings, way.below)) - step;
    return nearest(recorded, { to, step }, find);
  };
};

/** Another end, or none: what merely comes later, because the same guard stands against a later deadline, is the same end. */
const isOther = (run: Rerun, { reason, source }: Ended['halt']): boolean => {
  const { standing } = run;
  const halt = endOf(run);
  if (halt) return halt.reason !== reason || halt.source !== source;
  return !standing.some(({ guard, deadlineAt }) => guard === source && deadlineAt !== null);
};

/** Null where it would have gone on beyond the record. */
const endOf = ({ halt }: Rerun): Rerun['halt'] | null =>
  halt.reason === 'replay_exhausted' ? null : halt;

/** The value nearest to the recorded one that `find` takes, if it takes the farthest: by doubling and then halving the distance. */
const nearest = async (
  recorded: number,
  { to, step }: Readonly<{ to: number; step: number }>,
  find: (value: number) => Promise<Found | undefined>,
): Promise<Found | undefined> => {
  const most = Math.floor(Math.abs(to - recorded) / step + 1e-9);
  const at = (steps: number): Promise<Found | undefined> =>
    find(Number((recorded + Math.sign(to - recorded) * steps * step).toFixed(6)));
  let found = most > 0 ? await at(most) : undefined;
  let [low, high] = [0, most];
  for (let steps = 1; found && steps < high; steps *= 2) {
    const nearer = await at(steps);
    if (nearer) [found, high] = [nearer, steps];
    else low = steps;
  }
  while (found && high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const nearer = await at(middle);
    if (nearer) [found, high] = [nearer, middle];
    else low = middle;
  }
  return found;
};

const valueAt = (settings: Settings, key: string): unknown => {
  let node: unknown = settings;
  for (const part of key.split('.')) node = (node as Readonly<Record<string, unknown>>)[part];
  return node;
};

const alternative = (key: string, { recorded, value, run }: Found, zero: number): Alternative => {
  const halt = endOf(run);
  return {
    key,
    recorded,
    value,
    halt: halt && {
      reason: halt.reason,
      source: halt.source,
      detail: halt.detail,
      at: isoTime(halt.at),
      elapsed_seconds: (halt.at - zero) / 1000,
    },
    standing: run.standing.map(({ guard, deadlineAt }) => ({
      guard,
      deadline_at: deadlineAt === null ? null : isoTime(deadlineAt),
      deadline_elapsed_seconds: deadlineAt === null ? null : (deadlineAt - zero) / 1000,
    })),
  };
};
