/** What this build would decide differently, gathered by cause: who first says something else, and what. */
import type { Divergence } from '../../actors/replay.ts';
import type { Replayed } from './one.ts';
import type { Source } from './places.ts';

/** The first word that differs in a session; null where nothing was, or is, said there. */
type Word = Readonly<{ actor: string; type: string }> | null;

export type Group = Readonly<{
  recorded: Word;
  now: Word;
  /** Where the same word is said with other content: which fields, in the first of the sessions. */
  fields: readonly string[];
  sessions: readonly (Source & Readonly<{ seq: number }>)[];
}>;

/** The most frequent first. */
export const groupsOf = (replayed: readonly Replayed[]): readonly Group[] => {
  const groups = new Map<string, Group>();
  for (const one of replayed) {
    if (!('divergence' in one) || !one.divergence) continue;
    const { place, session, divergence } = one;
    const [recorded, now] = [wordOf(divergence.expected), wordOf(divergence.got)];
    const key = JSON.stringify([recorded, now]);
    const group = groups.get(key) ?? { recorded, now, fields: fieldsOf(divergence), sessions: [] };
    const sessions = [...group.sessions, { place, session, seq: divergence.seq }];
    groups.set(key, { ...group, sessions });
  }
  return [...groups.values()].toSorted((a, b) => b.sessions.length - a.sessions.length);
};

const wordOf = (row: Divergence['expected']): Word =>
  row && { actor: row.actor, type: row.event.type };

const fieldsOf = ({ expected, got }: Divergence): readonly string[] => {
  if (!expected || !got || expected.event.type !== got.event.type) return [];
  const { event: before, ...place } = expected;
  const { event: after, ...otherPlace } = got;
  return [...differing(before, after, ''), ...differing(place, otherPlace, '')];
};

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Dotted names of what is not the same on both sides. */
const differing = (one: unknown, other: unknown, name: string): readonly string[] => {
  if (!isGroup(one) || !isGroup(other)) {
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [name];
  }
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
    differing(one[key], other[key], name === '' ? key : `${name}.${key}`),
  );
};

/** "market says market.observed with another mid". */
export const causeText = ({ recorded, now, fields }: Group): string => {
  if (!recorded) return `${now?.actor} says ${now?.type}, where nothing was said`;
  if (!now) return `${recorded.actor} does not say ${recorded.type}`;
  if (recorded.type !== now.type) {
    return `${now.actor} says ${now.type}, where ${recorded.actor} said ${recorded.type}`;
  }
  const shown = fields.slice(0, fieldsShown).join(', ');
  const more = fields.length > fieldsShown ? ` and ${fields.length - fieldsShown} more` : '';
  return `${now.actor} says ${now.type} with another ${shown}${more}`;
};

const fieldsShown = 3;
