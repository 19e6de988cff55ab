/** What every section of a report is made of: headings, tables, notes and figures. */
import { prose } from './command.ts';
import type { Listed } from './listing.ts';
import { html, type Markup } from './markup.ts';

export type Cell = string | Markup;

/** A heading that ends with a star is right-aligned, its column too. */
export const table = (heads: readonly string[], rows: readonly (readonly Cell[])[]): Markup => {
  const name = (index: number): string => (heads[index]?.endsWith('*') ? 'n' : '');
  /** For a screen that is too narrow for columns. */
  const headOf = (index: number): Markup => {
    const head = heads[index]?.replace('*', '') ?? '';
    return head === '' ? html`` : html` data-head="${head}"`;
  };
  return html`<table>
    <thead>
      <tr>
        ${heads.map((head, index) => html`<th scope="col" class="${name(index)}">${head.replace('*', '')}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (cells) =>
          html`<tr>
            ${cells.map((cell, index) => html`<td class="${name(index)}" ${headOf(index)}>${cell}</td>`)}
          </tr> `,
      )}
    </tbody>
  </table>`;
};

export const section = (title: string, ...content: readonly Markup[]): Markup =>
  html`<section>
    <h2>${title}</h2>
    ${content}
  </section>`;

export const words = (text: string): Markup => html`<p class="note">${prose(text)}</p>`;

export const hidden = <T>({ hidden: count, shown }: Listed<T>, noun: string): readonly Markup[] =>
  count === 0
    ? []
    : [words(`${count} more ${noun} lie between the first ${shown.length / 2} and the last.`)];

export const figure = (text: string): Markup =>
  html`<span class="figure">${text.replace('-', '−')}</span>`;
