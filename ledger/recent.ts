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
