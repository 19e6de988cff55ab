/** Small checks of JSON values that compose: each answers the sentences about what is wrong, by place. */
import { parseDecimal, type Decimal } from '../../ledger/decimal.ts';

export type Check = (value: unknown, where: string) => readonly string[];

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text: Check = (value, where) =>
  typeof value === 'string' ? [] : [`${where} must be text`];

export const number: Check = (value, where) =>
  typeof value === 'number' && Number.isFinite(value) ? [] : [`${where} must be a number`];

export const decimalText: Check = (value, where) =>
  typeof value === 'string' && parseDecimal(value) !== undefined
    ? []
    : [`${where} must be a decimal string`];

/** A decimal string for which `holds`; `wanted` says what that is. */
export const decimalThat =
  (holds: (value: Decimal) => boolean, wanted: string): Check =>
  (value, where) => {
    const parsed = typeof value === 'string' ? parseDecimal(value) : undefined;
    if (!parsed) return decimalText(value, where);
    return holds(parsed) ? [] : [`${where} must be ${wanted}`];
  };

export const boolean: Check = (value, where) =>
  typeof value === 'boolean' ? [] : [`${where} must be true or false`];

export const anything: Check = () => [];

export const choice =
  (...allowed: readonly unknown[]): Check =>
  (value, where) =>
    allowed.includes(value) ? [] : [`${where} must be ${allowed.map(String).join(' or ')}`];

export const countFromOne: Check = (value, where) =>
  Number.isSafeInteger(value) && Number(value) >= 1
    ? []
    : [`${where} must be a whole number from 1 on`];

/** One of two shapes. */
export const either =
  (one: Check, other: Check): Check =>
  (value, where) => {
    const first = one(value, where);
    return first.length === 0 || other(value, where).length === 0 ? [] : first;
  };

export const all =
  (first: Check, second: Check): Check =>
  (value, where) => {
    const wrong = first(value, where);
    return wrong.length > 0 ? wrong : second(value, where);
  };

type Optional = Readonly<{ optional: Check }>;
export const optional = (check: Check): Optional => ({ optional: check });

export const listOf =
  (check: Check): Check =>
  (value, where) =>
    Array.isArray(value)
      ? value.flatMap((one, index) => check(one, `${where}[${index}]`))
      : [`${where} must be a list`];

export const objectOf =
  (check: Check): Check =>
  (value, where) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, one]) => check(one, `${where}.${key}`))
      : [`${where} must be an object`];

/** These keys and no others. */
export const fields =
  (shape: Readonly<Record<string, Check | Optional>>): Check =>
  (value, where) => {
    if (!isObject(value)) return [`${where} must be an object`];
    const unknown = Object.keys(value).filter((key) => !(key in shape));
    const wrong = Object.entries(shape).flatMap(([key, check]) => {
      const place = `${where}.${key}`;
      if (!(key in value)) return typeof check === 'function' ? [`${place} is missing`] : [];
      return (typeof check === 'function' ? check : check.optional)(value[key], place);
    });
    return [...unknown.map((key) => `${where}.${key} is not known`), ...wrong];
  };
