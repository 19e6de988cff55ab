/**
 * What the page is told: one whole frame at a time, so that a page that missed some shows the newest and is right. Everything
 * in it was durable before it was put in.
 */
import type { GuardId } from '../events/guard.ts';
import type { Halt } from '../events/halt.ts';
import type { Mode } from '../events/mode.ts';
import type { GuardHistory, ModeEntry } from '../projections/mode.ts';

/** The actors whose charts are drawn. */
export const drawnActors = ['mode', 'gateway', 'session'] as const;
export type DrawnActor = (typeof drawnActors)[number];

/** An event that moved a chart, and the arrows that were taken because of it. */
export type Taken = Readonly<{
  seq: number;
  at: number;
  event: string;
  edges: readonly string[];
}>;

export type ActorView = Readonly<{
  /** Ids of the states it stands in. */
  active: readonly string[];
  last: Taken | null;
}>;

export type GuardView = Pick<GuardHistory, 'episode'>;

export type Frame = Readonly<{
  /** Of the newest durable event; 0 before the first. */
  seq: number;
  /** The engine's time at that event, Unix milliseconds; null before the first. */
  at: number | null;
  /** The newest one; null before the first. */
  tick: number | null;
  openedAt: number | null;
  /** The mode in force: after an end without HALT it stays what it was. */
  mode: Mode;
  since: number | null;
  plannedEndAt: number | null;
  actors: Readonly<Record<DrawnActor, ActorView>>;
  guards: Readonly<Record<GuardId, GuardView>>;
  /** The newest last, at most `changesMax` of them; `changes` counts all. */
  timeline: readonly ModeEntry[];
  changes: number;
  halt: Pick<Halt, 'reason' | 'source' | 'detail'> | null;
}>;

export const changesMax = 100;

/** Which session a page shows. */
export type SessionLabel = Readonly<{
  number: number;
  network: 'sandbox' | 'paper' | 'live';
  /** The configuration's profile. */
  profile: string;
}>;
