/** The first places at which two JSON values differ, as text. */
export const differencesOf = (expected: unknown, got: unknown, at = ''): readonly string[] => {
  if (Object.is(expected, got)) return [];
  if (Array.isArray(expected) && Array.isArray(got)) {
    const length = Math.max(expected.length, got.length);
    return Array.from({ length }, (_, k) =>
      differencesOf(expected[k], got[k], `${at}[${k}]`),
    ).flat();
  }
  if (isObject(expected) && isObject(got)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(got)])];
    return keys.flatMap((key) => differencesOf(expected[key], got[key], `${at}.${key}`));
  }
  return [`${at}: recorded ${short(expected)}, here ${short(got)}`];
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textMost = 160;
const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, textMost);
