/** What the keyboard does. Nothing that ends a session lies under a single key. */
import { alongCause } from './cause.tsx';
import {
  awaited,
  canAct,
  dialog,
  frame,
  isOver,
  moment,
  notice,
  picked,
  playing,
  sessions,
  shown,
  speed,
  view,
  zoom,
} from './store.ts';
import { nextTheme } from './theme.ts';
import { follow, goTo, step, zoomBy } from './travel.ts';
import { open } from './listen.ts';

type Key = Readonly<{
  names: readonly string[];
  shown: readonly string[];
  does: string;
  run: () => unknown;
}>;

const middle = (): number => moment.value?.livedUntil ?? (view.value.from + view.value.to) / 2;

const session = (by: number): void => {
  const all = sessions.value.map((one) => one.session);
  const next = all[all.indexOf(shown.value?.session ?? 0) + by];
  if (next !== undefined) void open(next);
};

const acknowledge = (): void => {
  if (!canAct.value || frame.value?.gone) return;
  if (awaited.value) dialog.value = 'acknowledge';
  else notice.value = 'No event waits for an acknowledgement.';
};

const pace = (times: number) => () => (speed.value = times);

export const keys: readonly Key[] = [
  { names: ['ArrowLeft'], shown: ['←'], does: 'step back', run: () => step(-1) },
  { names: ['ArrowRight'], shown: ['→'], does: 'step forward', run: () => step(1) },
  {
    names: ['shift+ArrowLeft'],
    shown: ['⇧', '←'],
    does: 'previous change of mode',
    run: () => step(-1, 'mode'),
  },
  {
    names: ['shift+ArrowRight'],
    shown: ['⇧', '→'],
    does: 'next change of mode',
    run: () => step(1, 'mode'),
  },
  { names: ['Home'], shown: ['Home'], does: 'to the start', run: () => goTo(1) },
  { names: ['End', '.'], shown: ['End', '.'], does: 'to the end, and follow', run: follow },
  {
    names: [' '],
    shown: ['Space'],
    does: 'play, pause',
    run: () => (playing.value = !playing.value),
  },
  { names: ['1'], shown: ['1'], does: 'play in real time', run: pace(1) },
  { names: ['2'], shown: ['2'], does: 'ten times as fast', run: pace(10) },
  { names: ['3'], shown: ['3'], does: 'a hundred times', run: pace(100) },
  { names: ['+', '='], shown: ['+'], does: 'zoom in', run: () => zoomBy(1 / 1.5, middle()) },
  { names: ['-'], shown: ['−'], does: 'zoom out', run: () => zoomBy(1.5, middle()) },
  { names: ['z'], shown: ['Z'], does: 'the whole view', run: () => (zoom.value = null) },
  {
    names: ['/'],
    shown: ['/'],
    does: 'search the log',
    run: () => document.getElementById('search')?.focus(),
  },
  {
    names: ['e'],
    shown: ['E'],
    does: 'why the mode is what it is',
    run: () => (picked.value = null),
  },
  { names: ['['], shown: ['['], does: 'to the cause', run: () => alongCause(false) },
  { names: [']'], shown: [']'], does: 'to the first consequence', run: () => alongCause(true) },
  { names: ['s'], shown: ['S'], does: 'the session before', run: () => session(-1) },
  { names: ['shift+S'], shown: ['⇧', 'S'], does: 'the session after', run: () => session(1) },
  {
    names: ['p'],
    shown: ['P'],
    does: 'the report of an ended session',
    run: () =>
      isOver.value &&
      window.open(`/report?session=${shown.value?.session ?? 0}`, '_blank', 'noopener'),
  },
  { names: ['t'], shown: ['T'], does: 'theme: system, dark, light', run: nextTheme },
  {
    names: ['a'],
    shown: ['A'],
    does: 'acknowledge what waits for it',
    run: acknowledge,
  },
  {
    names: ['shift+K'],
    shown: ['⇧', 'K'],
    does: 'kill switch',
    run: () => canAct.value && !isOver.value && (dialog.value = 'kill'),
  },
  { names: ['?'], shown: ['?'], does: 'these keys', run: () => (dialog.value = 'keys') },
];

/** A sign is itself, however it is typed; a letter is one by Shift and not by Caps Lock. */
const nameOf = (key: string, shift: boolean): string => {
  if (/^[a-z]$/i.test(key)) return shift ? `shift+${key.toUpperCase()}` : key.toLowerCase();
  return shift && key.length > 1 ? `shift+${key}` : key;
};

export const listenToKeys = (): void => {
  document.addEventListener('keydown', (event) => {
    const { target, key, shiftKey, ctrlKey, metaKey, altKey } = event;
    const isCommand = metaKey || ((ctrlKey || altKey) && !event.getModifierState('AltGraph'));
    if (isCommand || dialog.value !== null) return;
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    const isButton = target instanceof HTMLButtonElement;
    if (isButton && (key === ' ' || key === 'Enter')) return;
    const found = keys.find(({ names }) => names.includes(nameOf(key, shiftKey)));
    if (!found) return;
    event.preventDefault();
    void found.run();
  });
};
