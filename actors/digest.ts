/**
 * One hash over all rows of all read models, in a defined order: the same log gives the same digest, whenever and however
 * often the tables were made from it.
 */
import { createHash, type Hash } from 'node:crypto';
import { tableKeys } from '../projections/tables.ts';
import type { Sqlite } from './log/sqlite.ts';

/**
 * SHA-256, as 64 lower-case hex digits, over lines: each table's name and columns as a JSON array, then its rows as JSON
 * arrays in the order of their keys.
 */
export const readModelDigest = async (connection: Sqlite): Promise<string> => {
  const digest = createHash('sha256');
  for (const [table, keys] of Object.entries(tableKeys)) {
    await addTable(connection, table, keys, digest);
  }
  return digest.digest('hex');
};

type Line = Readonly<{ line: string; key: string }>;

const pageRows = 1_000;

const addTable = async (
  connection: Sqlite,
  table: string,
  keys: readonly string[],
  digest: Hash,
): Promise<void> => {
  const columns = await connection.all<{ name: string }>(
    'SELECT name FROM pragma_table_info(?)',
    table,
  );
  const names = columns.map(({ name }) => name);
  digest.update(`${JSON.stringify([table, ...names])}\n`);
  const key = keys.join(', ');
  const select = `SELECT json_array(${names.join(', ')}) AS line, json_array(${key}) AS key FROM ${table}`;
  const order = `ORDER BY ${key} LIMIT ${pageRows}`;
  const after = `WHERE (${key}) > (${keys.map(() => '?').join(', ')})`;
  let rows = await connection.all<Line>(`${select} ${order}`);
  for (let last = rows.at(-1); last; last = rows.at(-1)) {
    for (const { line } of rows) digest.update(`${line}\n`);
    const values = JSON.parse(last.key) as readonly (string | number)[];
    rows = await connection.all<Line>(`${select} ${after} ${order}`, ...values);
  }
};
