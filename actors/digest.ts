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

/** Rows and their keys, each a JSON array in a line of its own; null where there are none. */
type Lines = Readonly<{ rows: string | null; keys: string | null }>;

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
  const page = (after: string): string => `
    SELECT group_concat(line, char(10)) AS rows, group_concat(key, char(10)) AS keys FROM (
      SELECT json_array(${names.join(', ')}) AS line, json_array(${key}) AS key FROM ${table}
      ${after} ORDER BY ${key} LIMIT ${pageRows}
    )`;
  const next = page(`WHERE (${key}) > (${keys.map(() => '?').join(', ')})`);
  let lines = await connection.get<Lines>(page(''));
  while (lines?.rows && lines.keys) {
    digest.update(`${lines.rows}\n`);
    const last = lines.keys.slice(lines.keys.lastIndexOf('\n') + 1);
    lines = await connection.get<Lines>(next, ...(JSON.parse(last) as (string | number)[]));
  }
};
