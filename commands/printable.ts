/** Text for a terminal: what others have put into it (notes, words of servers, sessions of strangers) moves no cursor and hides nothing. */

/** How this program itself begins a line that it draws anew. */
export const clearLine = '\r\u001B[2K';

/** Control characters and those that turn the direction of writing are shown by their number, within JSON as JSON has them. */
export const printable = (text: string): string => {
  const own = text.startsWith(clearLine) ? clearLine : '';
  return own + text.slice(own.length).replaceAll(hidden, escaped);
};

const hidden = /[\p{Cc}\p{Bidi_Control}]/gu;

const escaped = (letter: string): string =>
  letter === '\n' || letter === '\t'
    ? letter
    : `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
