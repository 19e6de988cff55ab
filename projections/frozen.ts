/**
 * A fold as text and back: plain objects, lists and words as JSON has them, and beside them the bigints and maps that folds are
 * made of. Whatever else it meets is a broken invariant.
 */

type Frozen =
  | null
  | boolean
  | number
  | string
  | readonly Frozen[]
  | { readonly [key: string]: Frozen };

export const freeze = (value: unknown): string => JSON.stringify(frozen(value));

/** What `freeze` was given; the reader answers for its shape. */
export const thaw = <T>(text: string): T => thawed(JSON.parse(text) as Frozen) as T;

/** No fold has a key of this name. */
const mark = '$';

const frozen = (value: unknown): Frozen => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return { [mark]: String(value) };
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map(frozen);
  if (value instanceof Map) {
    return { [mark]: [...value].map(([key, one]) => [frozen(key), frozen(one)]) };
  }
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, frozen(one)]));
  }
  throw new Error(`a fold has a ${typeof value} (${String(value)}), which cannot be kept`);
};

const thawed = (value: Frozen): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(thawed);
  const held = (value as { readonly [key: string]: Frozen })[mark];
  if (typeof held === 'string') return BigInt(held);
  if (Array.isArray(held)) {
    return new Map(
      (held as readonly (readonly [Frozen, Frozen])[]).map(([key, one]) => [
        thawed(key),
        thawed(one),
      ]),
    );
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, thawed(one)]));
};
