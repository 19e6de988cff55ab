/**
 * A map from 64-hex-digit indexes to values that is never changed in place: setting a value gives another map that
 * shares the rest. Ordered like the ledger's own tree, so that the next index after a given one is found without a scan.
 */
export type Keyed = Readonly<{ index: string }>;

type Branch<T extends Keyed> = Readonly<{
  /** How many leading digits all keys below have in common. */
  depth: number;
  prefix: string;
  children: readonly (Node<T> | undefined)[];
}>;
type Node<T extends Keyed> = Branch<T> | T;

/** Undefined is the empty map. */
export type Trie<T extends Keyed> = Node<T> | undefined;

const isBranch = <T extends Keyed>(node: Node<T>): node is Branch<T> =>
  (node as Branch<T>).children !== undefined;

const digit = (key: string, at: number): number => {
  const code = key.charCodeAt(at);
  return code < 58 ? code - 48 : code - 55;
};

export const get = <T extends Keyed>(trie: Trie<T>, index: string): T | undefined => {
  let node: Node<T> | undefined = trie;
  while (node !== undefined && isBranch(node)) node = node.children[digit(index, node.depth)];
  return node !== undefined && node.index === index ? node : undefined;
};

export const set = <T extends Keyed>(trie: Trie<T>, value: T): Trie<T> => {
  if (trie === undefined) return value;
  const sharedWith = isBranch(trie) ? trie.prefix : trie.index;
  const depth = common(sharedWith, value.index);
  if (depth === sharedWith.length) {
    if (!isBranch(trie)) return value;
    const at = digit(value.index, depth);
    const children = trie.children.slice();
    children[at] = set(trie.children[at], value);
    return { depth, prefix: trie.prefix, children };
  }
  const children: (Node<T> | undefined)[] = [...emptyChildren];
  children[digit(sharedWith, depth)] = trie;
  children[digit(value.index, depth)] = value;
  return { depth, prefix: value.index.slice(0, depth), children };
};

export const remove = <T extends Keyed>(trie: Trie<T>, index: string): Trie<T> => {
  if (trie === undefined) return undefined;
  if (!isBranch(trie)) return trie.index === index ? undefined : trie;
  const at = digit(index, trie.depth);
  const child = trie.children[at];
  const rest = remove(child, index);
  if (rest === child) return trie;
  const children = trie.children.with(at, rest);
  if (rest !== undefined) return { ...trie, children };
  const left = children.filter((node) => node !== undefined);
  return left.length === 1 ? left[0] : { ...trie, children };
};

/** The value with the least index that is greater than `index`. */
export const after = <T extends Keyed>(trie: Trie<T>, index: string): T | undefined => {
  if (trie === undefined) return undefined;
  if (!isBranch(trie)) return trie.index > index ? trie : undefined;
  const head = index.slice(0, trie.depth);
  if (trie.prefix > head) return first(trie);
  if (trie.prefix < head) return undefined;
  const at = digit(index, trie.depth);
  const within = after(trie.children[at], index);
  if (within !== undefined) return within;
  for (let next = at + 1; next < digits; next += 1) {
    const child = trie.children[next];
    if (child !== undefined) return first(child);
  }
  return undefined;
};

export type Difference<T> = readonly [before: T | undefined, now: T | undefined];

/** What differs, in ascending order of index. Equal parts are not looked at. */
export const differences = <T extends Keyed>(
  before: Trie<T>,
  now: Trie<T>,
): readonly Difference<T>[] => {
  const found: Difference<T>[] = [];
  compare(before, now, found);
  return found;
};

const compare = <T extends Keyed>(before: Trie<T>, now: Trie<T>, found: Difference<T>[]): void => {
  if (before === now) return;
  if (before === undefined || now === undefined) {
    eachValue(before, (value) => found.push([value, undefined]));
    eachValue(now, (value) => found.push([undefined, value]));
    return;
  }
  const a = isBranch(before) ? before.prefix : before.index;
  const b = isBranch(now) ? now.prefix : now.index;
  const shared = common(a, b);
  if (shared < a.length && shared < b.length) {
    compare(a < b ? before : undefined, a < b ? undefined : now, found);
    compare(a < b ? undefined : before, a < b ? now : undefined, found);
    return;
  }
  if (a.length === b.length) {
    if (!isBranch(before) || !isBranch(now)) {
      found.push([before as T, now as T]);
      return;
    }
    for (let at = 0; at < digits; at += 1) {
      const was = before.children[at];
      const is = now.children[at];
      if (was !== is) compare(was, is, found);
    }
    return;
  }
  const beforeIsOuter = a.length < b.length;
  const place = digit(beforeIsOuter ? b : a, shared);
  const outer = (beforeIsOuter ? before : now) as Branch<T>;
  for (let at = 0; at < digits; at += 1) {
    const child = outer.children[at];
    const inner = at === place ? (beforeIsOuter ? now : before) : undefined;
    if (beforeIsOuter) compare(child, inner, found);
    else compare(inner, child, found);
  }
};

const eachValue = <T extends Keyed>(trie: Trie<T>, visit: (value: T) => void): void => {
  if (trie === undefined) return;
  if (!isBranch(trie)) visit(trie);
  else for (const child of trie.children) eachValue(child, visit);
};

const digits = 16;
const emptyChildren: readonly undefined[] = Array.from({ length: digits }, () => undefined);

const common = (a: string, b: string): number => {
  const end = Math.min(a.length, b.length);
  let at = 0;
  while (at < end && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
};

const first = <T extends Keyed>(node: Node<T>): T => {
  if (!isBranch(node)) return node;
  return first(node.children.find((child) => child !== undefined) as Node<T>);
};
