/** HTML and SVG as a tagged template: whatever is put in is escaped, unless it was made by the same template. */

export type Markup = Readonly<{ markup: string }>;

type Piece = string | number | null | Markup | readonly Markup[];

export const html = (strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup => ({
  markup: strings.reduce((all, text, index) => all + textOf(pieces[index - 1] ?? null) + text),
});

/** Of this program's own making, such as its style sheet. */
export const trusted = (text: string): Markup => ({ markup: text });

const textOf = (piece: Piece): string => {
  if (piece === null) return '';
  if (typeof piece === 'number') return String(piece);
  if (typeof piece === 'string') return piece.replace(/[&<>"']/g, (sign) => entities[sign] ?? '');
  return 'markup' in piece ? piece.markup : piece.map(({ markup }) => markup).join('');
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
