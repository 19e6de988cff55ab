/** Text laid out on a page: words into lines behind an indent, and moments with their time in the margin. */
import { span } from './wording.ts';

const width = 100;
const timeWidth = 8;

type Dated = Readonly<{ elapsed: number; lines: readonly string[] }>;

/** Each moment's time before its first line; all other lines are indented behind the widest of them. */
export const dated = (moments: readonly Dated[]): readonly string[] => {
  const times = moments.map(({ elapsed }) => span(elapsed * 1000));
  const margin = Math.max(timeWidth, ...times.map(({ length }) => length));
  return moments.flatMap(({ lines }, nth) =>
    lines
      .flatMap((line) => wrap(line, ' '.repeat(margin + 2)))
      .map((line, index) =>
        index === 0 ? `${times[nth] ?? ''}`.padStart(margin) + line.slice(margin) : line,
      ),
  );
};

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
