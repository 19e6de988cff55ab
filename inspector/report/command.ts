/** Commands as a reader copies them: each on a line of its own rather than broken over two, and never within an option. */
import { html, type Markup } from './markup.ts';

/** A command line that is told by itself. */
export const command = (line: string): Markup =>
  html`<span class="figure command"
    >${line.split(' ').map((word) => html`<span class="${word.startsWith('-') ? 'whole' : ''}">${word}</span> `)}</span
  >`;

const named = /(neo [a-z]+(?: (?:--[a-z-]+|[A-Z]+\b|\d+))*)/;

/** What was written for people, in which commands may be named. */
export const prose = (text: string): readonly Markup[] =>
  text
    .split(named)
    .map((part, index) =>
      index % 2 === 1 ? html`<span class="command">${part}</span>` : html`${part}`,
    );
