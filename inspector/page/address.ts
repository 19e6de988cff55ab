/**
 * What is shown stands in the address: which session, at which event everything stands, which event is picked. So a reload shows the same,
 * the address can be given to somebody, and the browser's own buttons go from one place to the one before.
 */
import { effect } from '@preact/signals';
import { cursor, picked, playing, shown } from './store.ts';

/** A session of 0 is the newest; `at` null follows it. */
export type Place = Readonly<{ session: number; at: number | null; event: number | null }>;

const number = (text: string | null): number | null =>
  /^[1-9]\d{0,14}$/.test(text ?? '') ? Number(text) : null;

export const placeIn = (hash: string): Place => {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  return {
    session: number(words.get('s')) ?? 0,
    at: number(words.get('at')),
    event: number(words.get('event')),
  };
};

const hashOf = ({ session, at, event }: Place): string =>
  `#s=${session}${at === null ? '' : `&at=${at}`}${event === null ? '' : `&event=${event}`}`;

/** Whatever comes faster is one move: a drag, a key that is held. */
const moveMs = 400;

/** The token, where the address has one: it stays with this tab and leaves the address at once. */
export const tokenFromAddress = (): string | null => {
  const words = new URLSearchParams(location.hash.slice(1));
  const given = words.get('token');
  if (given) sessionStorage.setItem('token', given);
  const place = placeIn(location.hash);
  const rest = place.session === 0 ? location.pathname : hashOf(place);
  if (words.has('token')) history.replaceState(null, '', rest);
  return sessionStorage.getItem('token');
};

/** Every place that was come to is one to go back to; what is played is one. A place that an address has left before is none. */
export const keepAddress = (): void => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  addEventListener('hashchange', () => clearTimeout(timer));
  effect(() => {
    const session = shown.value?.session;
    const place = { session: session ?? 0, at: cursor.value, event: picked.value };
    const isPlaying = playing.value;
    clearTimeout(timer);
    if (session === undefined) return;
    const hash = hashOf(place);
    const write = (): void => {
      if (hash === location.hash) return;
      const isSame = placeIn(location.hash).session === 0 || isPlaying;
      if (isSame) history.replaceState(null, '', hash);
      else history.pushState(null, '', hash);
    };
    if (placeIn(location.hash).session === 0) write();
    else timer = setTimeout(write, moveMs);
  });
};
