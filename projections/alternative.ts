/** Other settings of the guards and what each would have made of a session: as the documents have them, and in words. */
import type { GuardId } from '../events/guard.ts';
import type { Explanation } from './explanation.ts';
import { wrap } from './paragraph.ts';
import { commandLine, span } from './wording.ts';

/** One key with another value, the nearest one found that changes the end. */
export type Alternative = Readonly<{
  key: string;
  recorded: unknown;
  value: unknown;
  /** Null where the session would have gone on beyond its record. */
  halt: Readonly<{
    reason: string;
    source: string;
    detail: string;
    at: string;
    elapsed_seconds: number;
  }> | null;
  /** Guards that stood then. */
  standing: readonly Readonly<{
    guard: GuardId;
    deadline_at: string | null;
    deadline_elapsed_seconds: number | null;
  }>[];
}>;

export type Alternatives = Readonly<{
  /** Settings each of which alone would have changed the end. */
  changed: readonly Alternative[];
  /** Keys of the same guards that would not, whatever their value. */
  unchanged: readonly string[];
}>;

/** So many events are held and run again in some 200 MB and half a minute: in longer sessions nothing is sought. */
export const soughtEventsMax = 300_000;

/** Of a session that no guard and no limit ended. */
export const nothingSought: Alternatives = { changed: [], unchanged: [] };

/** Lines for the page; none where nothing was sought. Null: the session is too long for it. */
export const alternativesText = (
  { session }: Explanation,
  told: Alternatives | null,
  database: string,
): readonly string[] => {
  if (told === null) {
    return [
      ...wrap(
        'The session is too long to seek the settings that would have changed that. Ask for one of them:',
        '',
      ),
      `  ${commandLine(`replay ${session} --set KEY=VALUE`, database)}`,
      '',
    ];
  }
  const { changed, unchanged } = told;
  if (changed.length + unchanged.length === 0) return [];
  const [first] = changed;
  return [
    ...wrap(
      changed.length === 0
        ? 'No single setting of the guards that stood would have changed that (found by running them again on the record).'
        : 'Each of these settings alone would have changed that (found by running the guards again on the record, with fills and holdings as they were):',
      '',
    ),
    ...changed.flatMap((one) => wrap(lineOf(one), '  ')),
    ...(changed.length > 0 && unchanged.length > 0
      ? wrap(unchangedLine({ changed, unchanged }), '  ')
      : []),
    ...(first
      ? [
          '  Try one:',
          `    ${commandLine(`replay ${session} --set ${first.key}=${String(first.value)}`, database)}`,
        ]
      : []),
    '',
  ];
};

/** "No value of these would: max_episodes of anchor_saturation; any of directional_drift." */
export const unchangedLine = ({ changed, unchanged }: Alternatives): string =>
  `No value of these would: ${grouped(changed, unchanged)}.`;

/** "max_episodes, cooldown_ticks of anchor_saturation; any of directional_drift". */
const grouped = (changed: Alternatives['changed'], unchanged: readonly string[]): string => {
  const split = (key: string) => key.split('.').slice(-2) as [group: string, name: string];
  const groups = new Map<string, string[]>();
  for (const [group, name] of unchanged.map(split)) {
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  const helped = new Set(changed.map(({ key }) => split(key)[0]));
  return [...groups]
    .map(([group, names]) => `${helped.has(group) ? names.join(', ') : 'any'} of ${group}`)
    .join('; ');
};

/** "guards.anchor_saturation.timeout_seconds = 0 (was 300): no halt then; nothing standing". */
export const lineOf = ({ key, recorded, value, halt, standing }: Alternative): string => {
  const head = `${key} = ${String(value)} (was ${String(recorded)}):`;
  if (halt) {
    return `${head} ended by ${halt.reason} of ${halt.source} at ${span(halt.elapsed_seconds * 1000)} instead`;
  }
  const stood = standing.map(({ guard, deadline_elapsed_seconds: due }) =>
    due === null
      ? `${guard} waiting without a deadline`
      : `${guard} with its own deadline at ${span(due * 1000)}`,
  );
  const still = stood.length === 0 ? 'nothing standing' : stood.join(', ');
  return `${head} no halt then; ${still}`;
};
