/** The project's own TypeScript files, each with its text, its code without comments and quoted words, and what it imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Import = Readonly<{
  /** As written. */
  specifier: string;
  /** From the root, for a relative import. */
  path: string | undefined;
  /** What stands between `import` and `from`. */
  names: string;
  /** `import type` or `export type`: nothing of it is left when the program runs. */
  erased: boolean;
}>;

export type Source = Readonly<{
  /** From the root, with forward slashes. */
  path: string;
  text: string;
  /** The text with comments, and what stands between quotes, blanked; every character keeps its place. */
  code: string;
  imports: readonly Import[];
}>;

/** The root of the repository: compiled tests lie in dist/test/tidy. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

const generated: ReadonlySet<string> = new Set(['node_modules', 'dist', 'coverage', '.git']);

/** All sources below a folder. */
export const readSources = (folder: string, prefix = ''): readonly Source[] =>
  readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(prefix, entry.name);
    if (entry.isDirectory()) return generated.has(entry.name) ? [] : readSources(folder, path);
    if (!/\.tsx?$/.test(entry.name)) return [];
    return [source(path, readFileSync(join(folder, path), 'utf8'))];
  });

export const source = (path: string, text: string): Source => {
  const code = blanked(text);
  return { path, text, code, imports: importsOf(path, text, code) };
};

const importPattern =
  /\b(?:import|export)\s+(?:[\w$*{},\s]*?\bfrom\s*)?(?<quote>['"])|\bimport\s*\(\s*(?<called>['"])/g;

const importsOf = (path: string, text: string, code: string): readonly Import[] =>
  [...code.matchAll(importPattern)].map((match) => {
    const start = match.index + match[0].length;
    const specifier = text.slice(start, text.indexOf(text.charAt(start - 1), start));
    const relative = specifier.startsWith('.');
    return {
      specifier,
      path: relative ? posix.join(posix.dirname(path), specifier) : undefined,
      names: match[0]
        .slice('import'.length)
        .replace(/\bfrom\s*['"]$/, '')
        .trim(),
      erased: /^(?:import|export)\s+type\b/.test(match[0]),
    };
  });

const token =
  /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|[`{}]|\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/g;

/** A slash after one of these begins a regular expression; after a name, a number or a closing bracket it divides. */
const beforeExpression = /(?:[(,=:[!&|?{};+\-*%<>~^\n]|\b(?:return|typeof|case|in|of))\s*$|^\s*$/;

const blanked = (text: string): string => {
  let code = '';
  let at = 0;
  /** For each open template, how many braces are open in its current expression. */
  const templates: number[] = [];
  const blank = (end: number): void => {
    code += text.slice(at, end).replace(/[^\n]/g, ' ');
    at = end;
  };
  const keep = (end: number): void => {
    code += text.slice(at, end);
    at = end;
  };
  const template = (): void => {
    const rest = /(?:\\[^]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;
    rest.lastIndex = at;
    const end = rest.test(text) ? rest.lastIndex : text.length;
    const opens = text.endsWith('${', end);
    blank(end - (opens ? 2 : 1));
    keep(end);
    if (opens) templates.push(0);
  };
  while (at < text.length) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) keep(text.length);
    else if (match[0] === '`') {
      keep(match.index + 1);
      template();
    } else if (match[0] === '{' || match[0] === '}') {
      keep(match.index + 1);
      const open = templates.pop();
      if (open === undefined) continue;
      if (match[0] === '}' && open === 0) template();
      else templates.push(open + (match[0] === '{' ? 1 : -1));
    } else {
      keep(match.index);
      const end = match.index + match[0].length;
      const first = match[0].charAt(0);
      const isComment = match[0].startsWith('//') || match[0].startsWith('/*');
      if (isComment) blank(end);
      else if (first === '/' && !beforeExpression.test(code.slice(-40))) keep(match.index + 1);
      else {
        keep(match.index + 1);
        blank(end - 1);
        keep(end);
      }
    }
  }
  return code;
};
