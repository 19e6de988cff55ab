/**
 * Values as SQL text, exact to the last bit, so that many statements are one call. SQLite reads a decimal a last place off now
 * and then, short ones too; a number that is not whole is written as a whole one and powers of two.
 */
import type { Parameter } from './sqlite.ts';

export const literal = (value: Parameter): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return numeral(value);
  return value.includes('\0')
    ? `CAST(x'${Buffer.from(value).toString('hex')}' AS TEXT)`
    : `'${value.replaceAll("'", "''")}'`;
};

const numeral = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no value for a database`);
  if (Number.isSafeInteger(value)) return String(value);
  const exponent = exponentOf(value);
  const power = exponent < 0 ? powers('/', -exponent) : powers('*', exponent);
  return `CAST(${value / 2 ** exponent} AS REAL)${power}`;
};

/** Of the last of its 53 binary digits, or one less: how many powers of two make it whole. */
const exponentOf = (value: number): number =>
  Math.max(Math.floor(Math.log2(Math.abs(value))) - 53, smallest);
const smallest = Math.log2(Number.MIN_VALUE);

/** Powers of two, each of which is an integer to SQLite and to JavaScript. */
const powers = (sign: '/' | '*', exponent: number): string => {
  let text = '';
  for (let left = exponent; left > 0; left -= 53) text += `${sign}${2 ** Math.min(left, 53)}`;
  return text;
};

/** A statement with its parameters, which stand as question marks and nowhere else, put in. */
export const statementText = (sql: string, parameters: readonly Parameter[]): string => {
  const parts = partsOf(sql);
  if (parts.length !== parameters.length + 1) {
    throw new RangeError(
      `${parameters.length} parameters for ${parts.length - 1} places in ${sql}`,
    );
  }
  let text = parts[0] ?? '';
  for (const [index, value] of parameters.entries()) text += literal(value) + parts[index + 1];
  return text;
};

const partsKnown = new Map<string, readonly string[]>();

const partsOf = (sql: string): readonly string[] => {
  let parts = partsKnown.get(sql);
  if (!parts) partsKnown.set(sql, (parts = sql.split('?')));
  return parts;
};
