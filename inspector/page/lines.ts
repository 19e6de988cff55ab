/** The rows of the log that the page holds: a page of rows at a time, asked for when they are looked at. */
import { signal } from '@preact/signals';
import type { Found } from '../find.ts';
import type { Rows } from '../routes.ts';
import type { Line } from '../trace.ts';
import { ask } from './ask.ts';
import { filter, frame, shown } from './store.ts';

const pageSize = 100;
const pagesMax = 60;

type Page = readonly Line[] | 'asked';
const pages = new Map<number, Page>();
const single = new Map<number, Line | 'asked'>();
let session: number | undefined;

/** Counts what has come, for whoever draws rows. */
export const came = signal(0);

const fresh = (): void => {
  if (session === shown.peek()?.session) return;
  session = shown.peek()?.session;
  pages.clear();
  single.clear();
};

/** Undefined until it has come; asks for it, and for what lies around it. */
export const lineAt = (seq: number): Line | undefined => {
  fresh();
  const alone = single.get(seq);
  if (alone && alone !== 'asked') return alone;
  const number = Math.floor((seq - 1) / pageSize);
  const page = pages.get(number);
  if (page === undefined) askPage(number);
  if (page === undefined || page === 'asked') return undefined;
  const found = page[seq - 1 - number * pageSize];
  if (!found && seq <= (frame.peek()?.durable ?? 0)) askPage(number, page);
  return found;
};

const askPage = (number: number, before: Page = 'asked'): void => {
  const of = session;
  if (of === undefined) return;
  pages.delete(number);
  pages.set(number, before);
  for (const old of [...pages.keys()].slice(0, -pagesMax)) pages.delete(old);
  const from = number * pageSize + 1;
  if (asking.has(number)) return;
  asking.add(number);
  ask<Rows>('/api/rows', { session: of, from, to: from + pageSize - 1 })
    .then(({ rows }) => {
      if (of === session) pages.set(number, rows);
      came.value += 1;
    })
    .catch(() => pages.delete(number))
    .finally(() => asking.delete(number));
};
const asking = new Set<number>();

/** Makes sure that these come, each by itself. */
export const wantLines = (seqs: readonly number[]): void => {
  fresh();
  const of = session;
  const missing = seqs.filter((seq) => !single.has(seq));
  if (of === undefined || missing.length === 0) return;
  for (const seq of missing) single.set(seq, 'asked');
  ask<Rows>('/api/some-rows', { session: of, seqs: missing.join(',') })
    .then(({ rows }) => {
      if (of !== session) return;
      for (const row of rows) single.set(row.seq, row);
      came.value += 1;
    })
    .catch(() => missing.forEach((seq) => single.delete(seq)));
};

export const soleLine = (seq: number): Line | undefined => {
  const found = single.get(seq);
  return found === 'asked' ? undefined : found;
};

/** Seqs that fit the filter, as far as the log has been searched; null where nothing is filtered. */
export type Hits = Readonly<{ seqs: readonly number[]; searchedTo: number; total: number }>;
export const hits = signal<Hits | null>(null);

let search = 0;

/** Searches from the first event to the newest, a stretch at a time. */
export const searchAnew = async (): Promise<void> => {
  search += 1;
  const mine = search;
  const { actor, type, text } = filter.peek();
  const of = shown.peek()?.session;
  if ((actor === '' && type === '' && text === '') || of === undefined) {
    hits.value = null;
    return;
  }
  hits.value = { seqs: [], searchedTo: 0, total: frame.peek()?.durable ?? 0 };
  await searchOn(mine);
};

const searchOn = async (mine: number): Promise<void> => {
  while (mine === search && hits.peek()) {
    const before = hits.peek();
    const of = shown.peek()?.session;
    if (!before || of === undefined) return;
    const query = { session: of, seq: before.searchedTo + 1, ...filter.peek() };
    const found = await ask<Found>('/api/find', query).catch(() => null);
    if (!found || mine !== search) return;
    const { seqs, searchedTo, total } = found;
    if (searchedTo > before.searchedTo || total !== before.total)
      hits.value = { seqs: [...before.seqs, ...seqs], searchedTo, total };
    if (searchedTo >= total) return;
  }
};

/** What has come since is searched too. */
export const searchMore = (): void => {
  const now = hits.peek();
  if (now && now.searchedTo >= now.total && (frame.peek()?.durable ?? 0) > now.total)
    void searchOn(search);
};
