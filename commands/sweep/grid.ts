/** The variants of a sweep: the product of the values that are given for each key. What cannot be one is refused before anything is run. */
import { ConfigError, readConfigForReplay, type Fills, type Recorded } from '../../config.ts';
import { UsageError } from '../command.ts';

export type Axis = Readonly<{ key: string; values: readonly string[] }>;

/** Pairs key=value, in the order of the axes. */
export type Variant = readonly string[];

const variantsMost = 100_000;

/** `key=a,b,c` as they are given. Throws a UsageError. */
export const axesOf = (texts: readonly string[], set: readonly string[]): readonly Axis[] => {
  const axes = texts.map(axisOf);
  if (axes.length === 0) {
    throw new UsageError(
      'A sweep needs at least one --grid key=a,b,c; neo config docs lists the keys.',
    );
  }
  const fixed = set.map((pair) => pair.split('=', 1)[0] ?? '');
  for (const [index, { key }] of axes.entries()) {
    if (axes.findIndex((axis) => axis.key === key) < index) {
      throw new UsageError(`--grid ${key} stands twice: give all its values in one.`);
    }
    if (fixed.includes(key)) {
      throw new UsageError(`${key} stands in --set and in --grid: leave it in one of them.`);
    }
  }
  const count = axes.reduce((product, { values }) => product * values.length, 1);
  if (count > variantsMost) {
    throw new UsageError(
      `That is ${count} variants, more than ${variantsMost}: give fewer values, or sweep key by key.`,
    );
  }
  return axes;
};

const axisOf = (text: string): Axis => {
  const split = text.indexOf('=');
  const key = text.slice(0, Math.max(split, 0)).trim();
  const values = text
    .slice(split + 1)
    .split(',')
    .map((value) => value.trim());
  if (key === '') {
    throw new UsageError(`--grid ${text} is not of the form key=a,b,c.`);
  }
  if (values.some((value) => value === '')) {
    throw new UsageError(`--grid ${text} has no value, or a comma too many: write ${key}=a,b,c.`);
  }
  const twice = values.find((value, index) => values.indexOf(value) < index);
  if (twice !== undefined) throw new UsageError(`--grid ${key} has the value ${twice} twice.`);
  return { key, values };
};

/** All of them, the last key changing fastest. */
export const variantsOf = (axes: readonly Axis[]): readonly Variant[] =>
  axes.reduce<readonly Variant[]>(
    (variants, { key, values }) =>
      variants.flatMap((variant) => values.map((value) => [...variant, `${key}=${value}`])),
    [[]],
  );

/**
 * Throws a ConfigError for a key that a replay may not change and for a value that is none, each by itself. Values that only do not
 * go together are no error here: that variant is left out, by name.
 */
export const refuse = (
  recorded: Recorded,
  set: readonly string[],
  axes: readonly Axis[],
  fills: Fills,
): void => {
  const problems = new Set<string>();
  const pairs = axes.flatMap(({ key, values }) => values.map((value) => `${key}=${value}`));
  for (const pair of [...set, ...pairs]) {
    try {
      readConfigForReplay(recorded, { set: [pair] }, fills);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (!error.isContradiction) for (const problem of error.problems) problems.add(problem);
    }
  }
  if (problems.size > 0) throw new ConfigError([...problems]);
};
