/** All that the page knows and where it stands, as signals: who reads one is drawn anew when it changes. */
import { batch, computed, signal } from '@preact/signals';
import type { Card } from '../cards.ts';
import type { Frame } from '../live.ts';
import type { Lanes, SessionView } from '../routes.ts';
import type { Awaited } from '../source.ts';
import type { Placement } from '../placement.ts';
import type { MomentView } from '../view.ts';

export type Link = Readonly<
  { kind: 'opening' } | { kind: 'live'; heardAt: number } | { kind: 'lost'; since: number }
>;

export type StepBy = 'event' | 'turn' | 'mode';

export const token = signal<string | null>(null);
/** Null before the server has said whether the token is its own. */
export const canAct = signal<boolean | null>(null);
export const link = signal<Link>({ kind: 'opening' });
/** Of the browser, for the age of what was heard; it never moves anything that the log says. */
export const clock = signal(Date.now());

export const file = signal('');
export const sessions = signal<readonly Card[]>([]);
export const shown = signal<SessionView | null>(null);
/** How its charts are drawn; null until that has come, and where this build does not know its configuration. */
export const charts = signal<Placement | null>(null);
/** The newest that the stream has told of the session shown. */
export const frame = signal<Frame | null>(null);

/** The event that everything stands at; null follows the newest. */
export const cursor = signal<number | null>(null);
/** As of the cursor, where it does not follow. */
const scrubbed = signal<MomentView | null>(null);
export const setScrubbed = (moment: MomentView | null): void => void (scrubbed.value = moment);
/** What everything on the page is as of. */
export const moment = computed(() =>
  cursor.value === null
    ? (frame.value?.moment ?? null)
    : (scrubbed.value ?? frame.value?.moment ?? null),
);
export const following = computed(() => cursor.value === null);
export const newestMoment = computed(() => frame.value?.moment ?? null);

/** The stretch of time that the lanes show; null shows the newest of it, or all after the end. */
export const zoom = signal<Readonly<{ from: number; to: number }> | null>(null);
export const lanes = signal<Lanes | null>(null);
/** The whole session, for the strip above the lanes. */
export const overview = signal<Lanes | null>(null);
/** Where the pointer is in the lanes. */
export const hover = signal<number | null>(null);

export const stepBy = signal<StepBy>('turn');
export const speed = signal(10);
export const playing = signal(false);

/** The event whose causes are shown; null shows why the mode is what it is. */
export const picked = signal<number | null>(null);
export const filter = signal({ actor: '', type: '', text: '' });
/** What a request came to, as the engine's commands say it. */
export const notice = signal<string | null>(null);
/** The event that is to be acknowledged: the one that is picked where it waits for that, else the first that does. */
export const awaited = computed(() => {
  const all = frame.value?.awaiting ?? [];
  const isPicked = ({ session, seq }: Awaited): boolean =>
    session === shown.value?.session && seq === picked.value;
  return all.find(isPicked) ?? all[0] ?? null;
});
export const dialog = signal<'keys' | 'kill' | 'stop' | 'clear' | 'acknowledge' | null>(null);

export const startAt = computed(() => shown.value?.openedAt ?? 0);
/** It said so where the log can be read to its end, else its list does; of one that was imported nothing more comes here. */
export const isOver = computed(() => {
  const card = sessions.value.find((one) => one.session === shown.value?.session);
  const damaged = frame.value !== null && frame.value.damage !== null;
  return frame.value?.moment?.over || shown.value?.imported || (damaged && card?.end !== null);
});

/** Another session is shown from its newest event on. */
export const forget = (): void =>
  batch(() => {
    shown.value = null;
    charts.value = null;
    frame.value = null;
    cursor.value = null;
    scrubbed.value = null;
    zoom.value = null;
    lanes.value = null;
    overview.value = null;
    picked.value = null;
    playing.value = false;
  });

/** The first and the last instant that the lanes can show: to the planned end while it runs. */
export const extent = computed(() => {
  const from = startAt.value;
  const newest = newestMoment.value;
  const last = newest?.livedUntil ?? from + 60_000;
  const planned = isOver.value ? last : Math.max(last, newest?.plannedEndAt ?? last);
  return { from, last, to: Math.max(planned, from + 10_000) };
});

/** Shown at most while it follows, so that what happens now has room. */
const followedMs = 5 * 60_000;

/** The stretch that the lanes show now. */
export const view = computed(() => {
  if (zoom.value) return zoom.value;
  const { from, last } = extent.value;
  if (isOver.value) return { from, to: Math.max(last, from + 10_000) };
  const width = Math.min(followedMs, Math.max(60_000, (last - from) * 1.13));
  const right = Math.max(from + width, last + width * 0.115);
  return { from: right - width, to: right };
});
