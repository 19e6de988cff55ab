/** The palette: guards are told apart by hue under every colour vision, and every word can be read on every ground. */
import { readFileSync } from 'node:fs';
import test from 'ava';
import { guardIds } from '../events/guard.ts';

type Triple = readonly [number, number, number];

const css = readFileSync(new URL('../../inspector/page/palette.css', import.meta.url), 'utf8');

/** Tokens by name: the dark ones come first, the light ones behind their selector. */
const tokens = (from: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  const text = css.slice(css.indexOf(from));
  for (const [, name, value] of text.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)) {
    if (name && value && !found.has(name)) found.set(name, value);
  }
  return found;
};
const themes = { dark: tokens(':root'), light: tokens(":root[data-theme='light']") };

const linear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
const rgb = (hex: string): Triple =>
  [1, 3, 5].map((i) => linear(parseInt(hex.slice(i, i + 2), 16) / 255)) as unknown as Triple;

/** Machado, Oliveira and Fernandes 2009, severity 1, on linear channels. */
const visions: Readonly<Record<string, readonly Triple[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

const lab = (color: Triple): Triple => {
  const [r, g, b] = color.map((value) => Math.min(1, Math.max(0, value))) as unknown as Triple;
  const root = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = root((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = root(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = root((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};

const seen = (hex: string, vision: readonly Triple[]): Triple =>
  lab(vision.map((row) => dot(row, rgb(hex))) as unknown as Triple);

/** CIE76. */
const apart = (a: string, b: string, vision: readonly Triple[]): number =>
  Math.hypot(...seen(a, vision).map((value, i) => value - (seen(b, vision)[i] ?? 0)));

const contrast = (a: string, b: string): number => {
  const [low, high] = [a, b]
    .map((hex) => dot([0.2126, 0.7152, 0.0722], rgb(hex)))
    .toSorted((p, q) => p - q) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

for (const [theme, palette] of Object.entries(themes)) {
  const hex = (name: string): string => palette.get(name) ?? `no ${name}`;
  const guards = guardIds.map((id) => id.replaceAll('_', '-'));

  test(`${theme}: every guard differs from every other and from the modes, whoever looks`, (t) => {
    for (const kind of ['', 'fill-']) {
      for (const [vision, matrix] of Object.entries(visions)) {
        guards.forEach((one, i) => {
          for (const other of guards.slice(0, i)) {
            const distance = apart(hex(kind + one), hex(kind + other), matrix);
            t.true(distance > 13, `${kind}${one} and ${other}, ${vision}: ${distance}`);
          }
        });
        for (const mode of ['degraded', 'halt']) {
          const distance = apart(hex(`${kind}issuer`), hex(kind + mode), matrix);
          t.true(distance > 13, `${kind}issuer and ${mode}, ${vision}: ${distance}`);
        }
      }
    }
  });

  test(`${theme}: words keep 4.5 on every ground, fills 3`, (t) => {
    for (const ground of ['bg', 'panel', 'raised']) {
      for (const word of ['t1', 't2', 't3', 'degraded', 'halt', ...guards]) {
        const found = contrast(hex(word), hex(ground));
        t.true(found >= 4.5, `${word} on ${ground}: ${found}`);
      }
    }
    for (const guard of guards) {
      const found = contrast(hex(`fill-${guard}`), hex('bg'));
      t.true(found >= 3, `fill of ${guard}: ${found}`);
    }
  });
}
