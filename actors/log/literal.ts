/**
 * Values as SQL text, exact to the last bit, so that many statements are one call. SQLite reads a decimal a last place off now
 * and then, short ones too; a number that is not whole is written as a whole one and powers of two.
 */
import { once } from '../../ledger/recent.ts';
import type { Parameter } from './sqlite.ts';

export const literal = (value: Parameter): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return numeral(value);
  if (!special.test(value)) return `'${value}'`;
  return value.includes('\0')
    ? `CAST(x'${Buffer.from(value).toString('hex')}' AS TEXT)`
    : `'${value.replaceAll("'", "''")}'`;
};

/** What cannot stand in a text as it is. */
const special = /['\0]/;

const numeral = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError(`${value} is no value for a database`);
  if (Number.isSafeInteger(value)) return String(value);
  const exponent = exponentOf(value);
  return `CAST(${value / 2 ** exponent} AS REAL)${timesTwoTo(exponent)}`;
};

/** Of the last of its 53 binary digits, or one less: how many powers of two make it whole. */
const exponentOf = (value: number): number =>
  Math.max(Math.floor(Math.log2(Math.abs(value))) - 53, smallest);
const smallest = Math.log2(Number.MIN_VALUE);

/** Powers of two, each of which is an integer to SQLite and to JavaScript. */
const timesTwoTo = once((exponent: number): string => {
  let text = '';
  for (let left = Math.abs(exponent); left > 0; left -= 53) {
    text += `${exponent < 0 ? '/' : '*'}${2 ** Math.min(left, 53)}`;
  }
  return text;
});

/** One statement, with a parameter for each of its question marks. */
export type Change = Readonly<{ sql: string; parameters: readonly Parameter[] }>;

/**
 * Statements with their parameters, which stand as question marks and nowhere else, put in. Rows that the same INSERT brings one
 * after the other are one statement.
 */
export const statementsText = (statements: readonly Change[]): string => {
  let text = '';
  let before = '';
  for (const { sql, parameters } of statements) {
    const { insert, parts } = formOf(sql);
    if (insert !== '' && sql === before) text += ', ';
    else text += before === '' ? insert : `;\n${insert}`;
    text += filled(parts, parameters, sql);
    before = sql;
  }
  return text;
};

const filled = (
  parts: readonly string[],
  parameters: readonly Parameter[],
  sql: string,
): string => {
  if (parts.length !== parameters.length + 1) {
    throw new RangeError(
      `${parameters.length} parameters for ${parts.length - 1} places in ${sql}`,
    );
  }
  let text = parts[0] ?? '';
  for (let place = 0; place < parameters.length; place += 1) {
    text += literal(parameters[place] ?? null) + (parts[place + 1] ?? '');
  }
  return text;
};

/** What lies between the parameters; of an INSERT of one row without what comes before its values. */
const formOf = once((sql: string): Readonly<{ insert: string; parts: readonly string[] }> => {
  const [, insert = '', row = sql] = /^(\s*INSERT .*\bVALUES )(\([?, ]*\))\s*$/s.exec(sql) ?? [];
  return { insert, parts: row.split('?') };
});
