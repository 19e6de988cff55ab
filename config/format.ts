/**
 * The kinds of value a configuration key can have, each with its unit and its range. Every number is finite and
 * bounded, amounts of money have an exact decimal text, and nothing that looks like a wallet seed is ever accepted or shown.
 */

import { withoutSeeds as withoutTrueSeeds } from '../ledger/seed.ts';

/** Whether a replay may change a key: true, or the reason why not. */
export type Replay = true | string;

/** One key of the schema: convict reads `default`, `doc`, `format` and `nullable`, the rest is ours. */
export type Key<T> = Readonly<{
  default: T;
  doc: string;
  unit: string;
  /** What is accepted, as the end of the sentence "give …". */
  range: string;
  replay: Replay;
  nullable: boolean;
  /** Shown and recorded as hidden, whatever it is. */
  secret: boolean;
  /** convict's check: throws unless the value is accepted. */
  format: (value: unknown) => void;
  /** The value in its canonical form; undefined if it is refused. */
  read: (raw: unknown) => T | undefined;
  /** Words from the environment or a flag, turned into what a file would hold. */
  parse: (text: string) => unknown;
}>;

/** A whole number from min to max, both included. */
export const whole = (value: number, unit: string, [min, max]: Bounds, doc: string): Key<number> =>
  key({
    default: value,
    doc,
    unit,
    range: `a whole number${counted(unit)} from ${min} to ${max}`,
    read: (raw) => (Number.isSafeInteger(raw) ? within(raw as number, min, max) : undefined),
    parse: numeric,
  });

/** A finite number from min to max, both included. */
export const real = (value: number, unit: string, [min, max]: Bounds, doc: string): Key<number> =>
  key({
    default: value,
    doc,
    unit,
    range: `a number${counted(unit)} from ${min} to ${max}`,
    read: (raw) => (typeof raw === 'number' ? within(raw, min, max) : undefined),
    parse: numeric,
  });

/** An amount of a currency from min to max. At most six places and fifteen digits, so that its decimal text is exact. */
export const amount = (
  value: number,
  currency: 'RLUSD' | 'XRP',
  [min, max]: Bounds,
  doc: string,
): Key<number> =>
  key({
    default: value,
    doc,
    unit: currency,
    range: `an amount of ${currency} from ${min} to ${max} with at most 6 decimal places`,
    read: (raw) =>
      typeof raw === 'number' && amountPattern.test(String(raw))
        ? within(raw, min, max)
        : undefined,
    parse: numeric,
  });

/** true or false, and no other word. */
export const flag = (value: boolean, doc: string): Key<boolean> =>
  key({
    default: value,
    doc,
    unit: '',
    range: 'true or false',
    read: (raw) => (typeof raw === 'boolean' ? raw : undefined),
    parse: (text) => (text === 'true' ? true : text === 'false' ? false : text),
  });

/** One of the listed words. */
export const choice = <const T extends string>(
  value: NoInfer<T>,
  words: readonly T[],
  doc: string,
): Key<T> =>
  key({
    default: value,
    doc,
    unit: '',
    range: `one of ${words.join(', ')}`,
    read: (raw) => words.find((word) => word === raw),
    parse: (text) => text,
  });

/** Text of a given pattern; `range` says in words what the pattern takes. */
export const text = (value: string, pattern: Pattern, range: string, doc: string): Key<string> =>
  key({
    default: value,
    doc,
    unit: '',
    range,
    read: (raw) => (typeof raw === 'string' ? plain(raw, pattern) : undefined),
    parse: (words) => words,
  });

/** As `text`, and null or empty words for "not set", which is the default. */
export const optionalText = (pattern: Pattern, range: string, doc: string): Key<string | null> =>
  key<string | null>({
    default: null,
    doc,
    unit: '',
    range: `${range}, or null`,
    nullable: true,
    read: (raw) =>
      raw === null ? null : typeof raw === 'string' ? plain(raw, pattern) : undefined,
    parse: (words) => (words === '' ? null : words),
  });

/** As `optionalText`, of something that lets its holder act: its value stands in no record, listing or sentence. */
export const secretText = (pattern: Pattern, range: string, doc: string): Key<string | null> => ({
  ...optionalText(pattern, range, doc),
  secret: true,
});

/** What stands in the place of a secret. */
export const hidden = '(hidden)';

/** A file on this machine: no control characters, and no colon first, which SQLite would take for something else. */
export const path = /^[^\p{Cc}:][^\p{Cc}]*$/u;

/** A list of texts, empty by default; in the environment and in flags separated by commas. */
export const list = (pattern: Pattern, range: string, doc: string): Key<readonly string[]> =>
  key<readonly string[]>({
    default: [],
    doc,
    unit: '',
    range: `a list of ${range}`,
    read: (raw) =>
      Array.isArray(raw) && raw.every((item) => typeof item === 'string' && plain(item, pattern))
        ? (raw as string[])
        : undefined,
    parse: (words) => (words === '' ? [] : words.split(',').map((word) => word.trim())),
  });

/** A refused value for a message: short, quoted, and never a wallet seed. */
export const shown = (value: unknown): string => {
  const words = JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? String(item) : item,
  );
  const safe = withoutCredentials(words ?? String(value));
  return safe.length > shownMax ? `${safe.slice(0, shownMax)}…` : safe;
};

/** The same text with everything hidden that looks like a wallet's family seed, or like a user and a password in an address. */
export const withoutCredentials = (words: string): string =>
  withoutSeeds(words).replace(credentialsPattern, `//${hidden}@`);

/** The same text with everything hidden that is a wallet's family seed, or looks like one that was mistyped. */
const withoutSeeds = (words: string): string =>
  withoutTrueSeeds(words, hiddenSeed).replace(seedPattern, hiddenSeed);
const hiddenSeed = '(hidden: a wallet seed)';

export const looksLikeSeed = (words: string): boolean => withoutSeeds(words) !== words;

/** A regular expression, or whatever else can judge a text. */
type Pattern = Pick<RegExp, 'test'>;

type Bounds = readonly [min: number, max: number];

const shownMax = 80;
const amountPattern = /^\d{1,9}(\.\d{1,6})?$/;
const numberPattern = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const credentialsPattern = /\/\/[^/@\s"']*@/g;
const seedPattern =
  /(?<![1-9A-HJ-NP-Za-km-z])s(?:Ed[1-9A-HJ-NP-Za-km-z]{28}|[1-9A-HJ-NP-Za-km-z]{28})(?![1-9A-HJ-NP-Za-km-z])/g;

const key = <T>(
  made: Omit<Key<T>, 'replay' | 'nullable' | 'secret' | 'format'> & { nullable?: boolean },
): Key<T> => ({
  nullable: false,
  secret: false,
  ...made,
  replay: true,
  format: (value) => {
    if (made.read(value) === undefined) throw new Error(`must be ${made.range}`);
  },
});

const counted = (unit: string): string => (unit === '' ? '' : ` of ${unit}`);

const within = (value: number, min: number, max: number): number | undefined =>
  value >= min && value <= max ? value : undefined;

const numeric = (words: string): unknown => (numberPattern.test(words) ? Number(words) : words);

const plain = (words: string, pattern: Pattern): string | undefined =>
  pattern.test(words) && withoutSeeds(words) === words ? words : undefined;
