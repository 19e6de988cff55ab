/** Text laid out on a page: words into lines behind an indent, and moments with their time in the margin. */
import { span } from './wording.ts';

const width = 100;
const dateWidth = 10;

/** The moment's time before its first line; the lines beneath are indented to it. */
export const dated = (elapsed: number, lines: readonly string[]): readonly string[] =>
  lines
    .flatMap((line) => wrap(line, ' '.repeat(dateWidth)))
    .map((line, index) =>
      index === 0 ? span(elapsed * 1000).padStart(dateWidth - 2) + line.slice(dateWidth - 2) : line,
    );

/** Words into lines of the page's width behind an indent. */
export const wrap = (text: string, indent: string): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
};
