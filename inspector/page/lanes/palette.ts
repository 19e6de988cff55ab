/** The hues of the present theme, for what is painted: the same custom properties that the style sheet uses. */
import type { GuardId } from '../../../events/guard.ts';

export type Palette = Readonly<{
  bg: string;
  panel: string;
  raised: string;
  t1: string;
  t2: string;
  t3: string;
  line: string;
  line2: string;
  grid: string;
  mode: (word: string) => string;
  guard: (id: GuardId) => string;
  sans: string;
  mono: string;
}>;

export const readPalette = (): Palette => {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    bg: read('bg'),
    panel: read('panel'),
    raised: read('raised'),
    t1: read('t1'),
    t2: read('t2'),
    t3: read('t3'),
    line: read('line'),
    line2: read('line2'),
    grid: read('grid'),
    mode: (word) => read(`fill-${word.toLowerCase()}`) || read('fill-ok'),
    guard: (id) => read(`fill-${id.replaceAll('_', '-')}`),
    sans: read('sans'),
    mono: read('mono'),
  };
};
