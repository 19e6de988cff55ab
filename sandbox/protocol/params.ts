/** Reads a request's fields, and refuses them in rippled's words. */
import { parseAddress } from '../../ledger/address.ts';
import type { Json } from '../../ledger/transport.ts';
import { Refusal } from './refusal.ts';

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const missing = (name: string): Refusal =>
  new Refusal('invalidParams', `Missing field '${name}'.`);
export const invalid = (name: string): Refusal =>
  new Refusal('invalidParams', `Invalid field '${name}'.`);
export const notA = (name: string, kind: string): Refusal =>
  new Refusal('invalidParams', `Invalid field '${name}', not ${kind}.`);

/** The text of a field that must be there. */
export const accountText = (params: Json, name = 'account'): string => {
  const value = params[name];
  if (value === undefined) throw missing(name);
  if (typeof value !== 'string') throw invalid(name);
  return value;
};

/** An address, or actMalformed with `fields` beside it. */
export const address = (text: unknown, fields: Json = {}): string => {
  if (typeof text !== 'string' || parseAddress(text) === undefined) {
    throw new Refusal('actMalformed', undefined, fields);
  }
  return text;
};

export type Limits = Readonly<{ least: number; usual: number; most: number }>;

/** How many entries a page may have; what is asked for is brought within the bounds. */
export const limitOf = (params: Json, { least, usual, most }: Limits): number => {
  const value = params['limit'];
  if (value === undefined) return usual;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw notA('limit', 'unsigned integer');
  }
  return Math.min(most, Math.max(least, value));
};

/** rippled's asBool: a flag may come as a number or a text. */
export const flag = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
