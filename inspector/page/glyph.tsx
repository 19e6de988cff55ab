/** A guard's glyph, and its name with it: hue never stands alone. */
import { glyphs } from './glyphs.ts';

const pathOf = (guard: string): string | undefined =>
  (glyphs as Readonly<Record<string, string>>)[guard];

export const Glyph = ({ guard }: { readonly guard: string }) => {
  const path = pathOf(guard);
  if (!path) return null;
  return (
    <svg class={`glyph ${guard}`} width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
      <path d={path} />
    </svg>
  );
};

export const Named = ({ guard, text }: { readonly guard: string; readonly text?: string }) => (
  <span class={`named ${guard}`}>
    <Glyph guard={guard} />
    {text ?? guard}
  </span>
);
