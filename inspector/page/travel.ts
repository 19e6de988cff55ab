/** Moves the cursor: to an event, to a time, by a step, to the end; and plays a session at a multiple of its own pace. */
import { batch, effect } from '@preact/signals';
import type { MomentView } from '../view.ts';
import { ask, newestOf } from './ask.ts';
import {
  cursor,
  extent,
  isOver,
  moment,
  newestMoment,
  picked,
  playing,
  setScrubbed,
  shown,
  speed,
  stepBy,
  type StepBy,
  view,
  zoom,
} from './store.ts';

type Target = Readonly<{ session: number }> & Readonly<{ seq: number } | { at: number }>;

const fetchMoment = newestOf(
  (target: Target) => ask<MomentView>('/api/moment', target),
  (answer, { session }) => {
    if (cursor.value === null || shown.value?.session !== session) return;
    batch(() => {
      setScrubbed(answer);
      cursor.value = answer.seq;
      keepInView(answer.livedUntil);
    });
  },
);

/** Everything stands as of this event. */
export const goTo = (seq: number): void => {
  const session = shown.value?.session;
  if (session === undefined) return;
  if (cursor.value === null) setScrubbed(newestMoment.value);
  cursor.value = seq;
  fetchMoment({ session, seq });
};

/** Everything stands as of the last event at or before this time. */
export const goToTime = (at: number): void => {
  const session = shown.value?.session;
  const newest = newestMoment.value;
  if (session === undefined || !newest) return;
  if (at >= newest.at && !isOver.value) return follow();
  const { from, last } = extent.value;
  if (cursor.value === null) {
    setScrubbed(newest);
    cursor.value = newest.seq;
  }
  fetchMoment({ session, at: Math.round(Math.min(last, Math.max(from, at))) });
};

/** The newest, and whatever comes. */
export const follow = (): void =>
  batch(() => {
    cursor.value = null;
    picked.value = null;
    playing.value = false;
    setScrubbed(null);
    if (zoom.value && newestMoment.value) keepInView(newestMoment.value.livedUntil);
  });

/** One after the other, each from where the one before it leads to. */
export const step = (direction: 1 | -1, by = stepBy.value): Promise<void> =>
  (stepping = stepping.then(() => stepOnce(direction, by)).catch(() => undefined));
let stepping = Promise.resolve();

const stepOnce = async (direction: 1 | -1, by: StepBy): Promise<void> => {
  const [now, session] = [moment.value, shown.value?.session];
  if (!now || session === undefined) return;
  const query = { session, seq: cursor.value ?? now.seq, by, back: direction === -1 ? 1 : 0 };
  const { seq } = await ask<{ seq: number }>('/api/step', query);
  const newest = newestMoment.value;
  if (direction === 1 && newest && seq >= newest.seq && !isOver.value) follow();
  else goTo(seq);
};

/** The event stands in the log and in the tree of causes, and everything is as of it. */
export const pick = (seq: number): void => {
  picked.value = seq;
  goTo(seq);
};

/** Shifts the stretch shown where the cursor would leave it. */
const keepInView = (at: number): void => {
  const { from, to } = view.value;
  if (at >= from && at <= to) return;
  const width = to - from;
  const start = at < from ? at - width * 0.2 : at - width * 0.8;
  zoom.value = { from: start, to: start + width };
};

const narrowestMs = 2_000;

/** Scales the stretch around an instant that keeps its place. */
export const zoomBy = (factor: number, around: number): void => {
  const { from, to } = view.value;
  const whole = extent.value;
  const width = Math.min(
    Math.max(narrowestMs, (to - from) * factor),
    (Math.max(whole.to, whole.last) - whole.from) * 1.1,
  );
  const share = (around - from) / Math.max(1, to - from);
  showStretch(around - share * width, around + (1 - share) * width);
};

export const showStretch = (from: number, to: number): void => {
  const whole = extent.value;
  const width = Math.max(narrowestMs, to - from);
  const end = Math.max(whole.to, whole.last) + width * 0.1;
  const start = Math.max(whole.from - width * 0.02, Math.min(from, end - width));
  zoom.value = { from: start, to: start + width };
};

const frameMs = 50;

/** Plays while it is told to: session time passes `speed` times as fast as the wall's. */
export const playWhileTold = (): (() => void) =>
  effect(() => {
    if (!playing.value) return undefined;
    let at = moment.peek()?.livedUntil ?? extent.peek().from;
    if (at >= extent.peek().last) at = extent.peek().from;
    const timer = setInterval(() => {
      at += frameMs * speed.peek();
      if (at >= extent.peek().last) {
        playing.value = false;
        goToTime(extent.peek().last);
      } else goToTime(at);
    }, frameMs);
    return () => clearInterval(timer);
  });
