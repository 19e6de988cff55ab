/** What was read lately: the same price or balance is read by every actor of a turn. */

const recentMax = 2_000;

/** As `read`, which says the same of the same key at all times, but once for as long as the key is a recent one. */
export const once = <Key, Value>(read: (key: Key) => Value): ((key: Key) => Value) => {
  const recent = new Map<Key, Value>();
  return (key) => {
    const known = recent.get(key);
    if (known !== undefined) return known;
    const value = read(key);
    if (recent.size === recentMax) recent.clear();
    recent.set(key, value);
    return value;
  };
};

/** As `read`, which says the same of the same at all times, but not again of what it was asked about just before. */
export const lately = <Asked extends readonly unknown[], Value>(
  read: (...asked: Asked) => Value,
): ((...asked: Asked) => Value) => {
  let last: Readonly<{ asked: Asked; value: Value }> | undefined;
  return (...asked) => {
    if (last === undefined || !isSame(last.asked, asked)) last = { asked, value: read(...asked) };
    return last.value;
  };
};

const isSame = (some: readonly unknown[], others: readonly unknown[]): boolean => {
  for (let index = 0; index < some.length; index += 1) {
    if (some[index] !== others[index]) return false;
  }
  return true;
};
