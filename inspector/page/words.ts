/** How the page writes times and numbers: as the engine's own sentences do. */
export { fixed, span, timeBeside, instant } from '../../projections/wording.ts';

/** On an axis: "1:20", "1:02:00". */
export const axisTime = (ms: number): string => {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const sign = ms < 0 && seconds > 0 ? '−' : '';
  return h > 0 ? `${sign}${h}:${two(m)}:${two(s)}` : `${sign}${m}:${two(s)}`;
};

export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ' ');

const two = (value: number): string => String(value).padStart(2, '0');

/**
 * A sentence in pieces; a piece that is a guard's name has it as `guard`, a number is strong.
 */
export const pieces = (
  sentence: string,
  guards: readonly string[],
): readonly Readonly<{ text: string; guard: string | null; strong: boolean }>[] => {
  const names = guards.length > 0 ? `\\b(?:${guards.join('|')})\\b(?: [ABC]\\b)?|` : '';
  const pattern = new RegExp(
    `(${names}(?:\\d{4}-\\d\\d-\\d\\d )?\\d\\d:\\d\\d:\\d\\dZ|(?:(?:\\d+d)?\\d+h)?\\d+m\\d\\ds|(?<!\\w)[−+-]?\\d[\\d.,:]*(?:/\\d+)?(?: (?:bps|%|s|ticks|XRP|RLUSD)(?![A-Za-z]))?)`,
  );
  return sentence
    .split(pattern)
    .filter((text) => text !== '')
    .map((text) => {
      const guard = guards.find((id) => text === id || text.startsWith(`${id} `)) ?? null;
      return { text, guard, strong: guard === null && /^[−+-]?\d/.test(text) };
    });
};
