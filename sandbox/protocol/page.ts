/** Pages through an account's directory: how many entries, from which on, and the marker of the next page. */
import type { Json } from '../../ledger/transport.ts';
import type { Entry } from '../chain.ts';
import { type Limits, limitOf, notA } from './params.ts';
import { Refusal } from './refusal.ts';

export const pageLimits: Limits = { least: 10, usual: 200, most: 400 };

export type Page = Readonly<{
  entries: readonly Entry[];
  /** `limit` and `marker`, if there is more. */
  fields: Json;
}>;

/** The marker is the last entry given, and a hint that is always 0 here. */
export const pageOf = (owned: readonly Entry[], params: Json, refusal: () => Refusal): Page => {
  const limit = limitOf(params, pageLimits);
  const start = startAfter(owned, params['marker'], refusal);
  const entries = owned.slice(start, start + limit);
  const last = entries.at(-1);
  const more = start + limit < owned.length && last !== undefined;
  return { entries, fields: more ? { limit, marker: `${last.index},0` } : {} };
};

const startAfter = (owned: readonly Entry[], marker: unknown, refusal: () => Refusal): number => {
  if (marker === undefined) return 0;
  if (typeof marker !== 'string') throw notA('marker', 'string');
  const [index] = marker.split(',', 1);
  const place = marker.includes(',') ? owned.findIndex((entry) => entry.index === index) : -1;
  if (place < 0) throw refusal();
  return place + 1;
};
