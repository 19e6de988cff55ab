/**
 * What the page is told: one whole frame at a time, so that a page that missed some shows the newest and is right. Everything
 * in it was durable before it was put in.
 */
import type { GuardFact, GuardId } from '../events/guard.ts';
import type { Halt } from '../events/halt.ts';
import type { Mode } from '../events/mode.ts';
import type { Episode } from '../projections/episode.ts';

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

export type GuardView = Readonly<{ episode: Episode; fact: GuardFact | null }>;

export type ModeChange = Readonly<{
  seq: number;
  at: number;
  mode: Mode;
  causes: readonly GuardId[];
}>;

export type Frame = Readonly<{
  /** Of the newest durable event; 0 before the first. */
  seq: number;
  /** The engine's time at that event, Unix milliseconds; null before the first. */
  at: number | null;
  tick: number | null;
  openedAt: number | null;
  /** The mode in force: after an end without HALT it stays what it was. */
  mode: Mode;
  since: number | null;
  plannedEndAt: number | null;
  actors: Readonly<Record<DrawnActor, ActorView>>;
  guards: Readonly<Partial<Record<GuardId, GuardView>>>;
  /** The newest last, at most `changesMax` of them; `changes` counts all. */
  timeline: readonly ModeChange[];
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
