/** A configuration file as an object: YAML where its name ends so, else JSON5, of which JSON is a part. Says where it is wrong and never quotes it: it may hold a secret. */
import { readFileSync } from 'node:fs';
import JSON5 from 'json5';
import { parseDocument } from 'yaml';

export type Group = Record<string, unknown>;

export const isGroup = (value: unknown): value is Group =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** More than any configuration needs. */
const charactersMax = 1_048_576;

/** A text is the sentence that says why there is none, with the cure. */
export const readGroup = (path: string): Group | string => {
  const format = /\.ya?ml$/i.test(path) ? yaml : json5;
  let content: string;
  try {
    content = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return `The configuration file ${path} cannot be read (${code}): give --config a readable JSON5 or YAML file.`;
  }
  if (content.length > charactersMax) {
    return `The configuration file ${path} is longer than ${charactersMax} characters: give --config a file of keys alone.`;
  }
  const parsed = format.parse(content);
  if ('place' in parsed) {
    const where = content.trim() === '' ? 'it is empty' : parsed.place;
    return `The configuration file ${path} is no ${format.name} (${where}): correct it there.`;
  }
  return isGroup(parsed.value)
    ? parsed.value
    : `The configuration file ${path} holds no group of keys: write ${format.example}, say.`;
};

type Parsed = Readonly<{ value: unknown }> | Readonly<{ place: string }>;
type Format = Readonly<{ name: string; example: string; parse: (content: string) => Parsed }>;

const json5: Format = {
  name: 'JSON5',
  example: '{"risk.max_rpc_failures": 5}',
  parse: (content) => {
    try {
      return { value: JSON5.parse(content) };
    } catch (error) {
      const { lineNumber, columnNumber } = error as { lineNumber?: number; columnNumber?: number };
      return { place: `at line ${lineNumber ?? '?'}, column ${columnNumber ?? '?'}` };
    }
  },
};

const yaml: Format = {
  name: 'YAML',
  example: 'risk.max_rpc_failures: 5',
  parse: (content) => {
    const document = parseDocument(content, { logLevel: 'silent' });
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) {
      const [at] = fault.linePos ?? [];
      return { place: `at line ${at?.line ?? '?'}, column ${at?.col ?? '?'}` };
    }
    try {
      return { value: document.toJS() as unknown };
    } catch {
      return { place: 'an alias in it leads nowhere, or to too much' };
    }
  },
};
