/** How times and numbers are written for people: the same in every sentence and report, without clock or locale. */
import { isoDate, isoTime } from '../ledger/time.ts';

/** A length of time in milliseconds, to the second: "41 s", "2m14s", "2h00m05s", "6d02h00m05s". The one notation there is for it. */
export const span = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = `${two(seconds % 60)}s`;
  if (hours === 0) return `${minutes}m${rest}`;
  if (hours < 24) return `${hours}h${two(minutes)}m${rest}`;
  return `${Math.floor(hours / 24)}d${two(hours % 24)}h${two(minutes)}m${rest}`;
};

/** How long something lasted that did happen: never "0 s". */
export const lasted = (ms: number): string => (ms < 500 ? 'less than 1 s' : span(ms));

/** A Unix instant in milliseconds: "2026-04-20 19:01:03Z". */
export const instant = (ms: number): string =>
  isoTime(ms)
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');

/** Its time of day alone: "19:01:03Z". */
export const timeOfDay = (ms: number): string => instant(ms).slice(11);

/** The same beside an instant whose date is known: with its own date where that is another. */
export const timeBeside = (ms: number, known: number): string =>
  isoDate(ms) === isoDate(known) ? timeOfDay(ms) : instant(ms);

/** With a true minus, and never a minus before a zero; what is no number is "?". */
export const fixed = (value: number, places: number): string => {
  if (!Number.isFinite(value)) return '?';
  const text = value.toFixed(places);
  return /^-[0.]+$/.test(text) ? text.slice(1) : text.replace('-', '−');
};

/** As `fixed`, with a plus before what is above zero. */
export const signed = (value: number, places: number): string =>
  `${value > 0 ? '+' : ''}${fixed(value, places)}`;

/** A configured limit with at least one place: 4 is "4.0", 4.25 stays. */
export const limitText = (value: number): string =>
  Number.isInteger(value * 10) ? value.toFixed(1) : String(value);

/** With so many places, and with more where rounding would hide on which side of the limit the value lies. */
export const beside = (value: number, limit: number, places: number): string => {
  let wanted = places;
  while (wanted < 6 && hides(Math.abs(value), limit, wanted)) wanted += 1;
  return fixed(value, wanted);
};

const hides = (value: number, limit: number, places: number): boolean =>
  value !== limit && Number(value.toFixed(places)) === limit;

/** "1 tick", "3 ticks". */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A command to be copied: the database is named where it is not the usual one. */
export const commandLine = (words: string, database: string): string => {
  const option = databaseOption(database);
  return `node dist/main.js ${words}${option && ` ${option}`}`;
};

/** What names a database to a command; empty for the usual one. */
export const databaseOption = (database: string): string => {
  if (database === 'neo.db') return '';
  const isPlain = /^[\w./-]+$/.test(database);
  return `--db ${isPlain ? database : `'${database.replaceAll("'", `'\\''`)}'`}`;
};

const two = (value: number): string => String(value).padStart(2, '0');
