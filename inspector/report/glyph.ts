/** A guard's glyph in a report. */
import { glyphs } from '../page/glyphs.ts';
import { html, type Markup } from './markup.ts';

export const glyph = (id: keyof typeof glyphs): Markup =>
  html`<svg class="glyph ${id}" viewBox="0 0 12 12" width="11" height="11" aria-hidden="true">
    <path d="${glyphs[id]}" />
  </svg>`;
