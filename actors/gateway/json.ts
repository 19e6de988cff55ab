/** Reading a server's JSON without trusting it: a field that is not what it must be is a sentence, never a guess. */
import { dropsIn } from '../../ledger/drops.ts';
import { ServerError, type Json } from '../../ledger/transport.ts';

export const object = (from: Json, field: string): Json => {
  const value = from[field];
  if (isObject(value)) return value;
  throw malformed(field, 'an object');
};

export const list = (from: Json, field: string): readonly Json[] => {
  const value = from[field];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw malformed(field, 'a list of objects');
};

export const text = (from: Json, field: string): string => {
  const value = from[field];
  if (typeof value === 'string') return value;
  throw malformed(field, 'text');
};

export const count = (from: Json, field: string): number => {
  const value = from[field];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw malformed(field, 'an integer');
};

/** A whole number of drops as text, and no more than there are. */
export const digits = (from: Json, field: string): string => {
  const value = from[field];
  if (typeof value === 'string' && /^\d{1,18}$/.test(value) && dropsIn(value) !== undefined)
    return value;
  throw malformed(field, 'a whole number of drops that exist');
};

/** A transaction's result, as `tesSUCCESS`. */
export const resultCode = (from: Json, field: string): string => {
  const value = from[field];
  if (typeof value === 'string' && /^te[cflmrs][A-Z0-9_]{1,40}$/.test(value)) return value;
  throw malformed(field, 'a result code');
};

export const optionalCount = (from: Json, field: string): number | null =>
  from[field] === undefined ? null : count(from, field);

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const malformed = (field: string, wanted: string): ServerError =>
  new ServerError('malformedAnswer', `the server's answer has no ${field} that is ${wanted}`);
