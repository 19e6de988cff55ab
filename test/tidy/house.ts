/** How a file presents itself: it says what it is, has a name of its own, is not long, and lies where it belongs. */
import type { Source } from './source.ts';

const header = /^(?:#![^\n]*\n)?\/\*\*(?<words>[^]*?)\*\//;
const wordsMin = 5;

export const withoutHeader = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ text }) => {
      const words = header.exec(text)?.groups?.['words'] ?? '';
      return words.split(/\s+/).filter((word) => /\w/.test(word)).length < wordsMin;
    })
    .map(({ path }) => `${path} does not open with /** what it is */`);

const emptyNames = /(?:^|\/)(?:utils?|helpers?|common|types|index|misc)\.tsx?$/;

export const withEmptyNames = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ path }) => emptyNames.test(path))
    .map(({ path }) => `${path} has a name that says nothing`);

export const linesMax = 300;

/** Counts the lines that are not blank; tests may be longer. */
export const tooLong = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ path }) => !path.startsWith('test/'))
    .map(({ path, text }) => ({
      path,
      lines: text.split('\n').filter((line) => line.trim()).length,
    }))
    .filter(({ lines }) => lines > linesMax)
    .map(({ path, lines }) => `${path} has ${lines} lines, more than ${linesMax}`);

export const unfinished = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(
      ({ path, text }) => !path.startsWith('test/tidy') && /\b(?:TODO|FIXME|XXX)\b/.test(text),
    )
    .map(({ path }) => `${path} is unfinished by its own words`);

const entries: ReadonlySet<string> = new Set([
  '.ci',
  '.editorconfig',
  '.git',
  '.gitignore',
  '.oxfmtrc.json',
  '.oxlintrc.json',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'actors',
  'commands',
  'config',
  'config.ts',
  'docs',
  'events',
  'inspector',
  'knip.json',
  'ledger',
  'machines',
  'main.ts',
  'migrations',
  'package-lock.json',
  'package.json',
  'projections',
  'sandbox',
  'test',
  'tsconfig.json',
]);

/** What is made here and never kept: .gitignore lists it too. */
const passing = /^(?:node_modules|dist|coverage|\.DS_Store|\.nyc_output|.*\.db(?:[-.].*)?)$/;

export const outOfPlace = (names: readonly string[]): readonly string[] =>
  names
    .filter((name) => !entries.has(name) && !passing.test(name))
    .map((name) => `${name} does not belong at the root`);
