/** The code blocks of the documentation. No test itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tidy/source.ts';

export type Block = Readonly<{
  document: string;
  line: number;
  language: string;
  /** What the tests do not have: root, network, container. */
  needs: string | null;
  text: string;
}>;

const documents: readonly string[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('docs', path))
    .filter((path) => path.endsWith('.md') && !path.startsWith(join('docs', 'reference'))),
];

export const blocks: readonly Block[] = documents.toSorted().flatMap((document) => {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^( *)```(\w*)(?: needs=(\w+))?\n([^]*?)^\1```$/gm)].map((found) => {
    const [, indent = '', language = '', needs = null, body = ''] = found;
    return {
      document,
      line: text.slice(0, found.index).split('\n').length,
      language,
      needs,
      text: body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    };
  });
});

/** Without what differs from run to run: numbers, the date that a time has on another day, and where a line was broken. */
export const masked = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d\d-\d\d (?=[\d:]+Z)/g, '')
    .replaceAll(/\d[\d.,:]*\d|\d/g, '#')
    .replaceAll(/\s+/g, ' ')
    .trim();
