/**
 * What stood from when to when, no finer than it can be drawn: neighbours that are both narrower than a pixel become one, and
 * the worse of them is what is seen.
 */

export type Span<Kind> = Readonly<{ from: number; to: number; kind: Kind }>;

export type Spans<Kind> = Readonly<{
  /** From here on. */
  begin: (at: number, kind: Kind) => void;
  /** All of them, the last one up to `to`. */
  until: (to: number) => readonly Span<Kind>[];
}>;

/** `pixel` in milliseconds. */
export const createSpans = <Kind>(
  from: number,
  first: Kind,
  pixel: number,
  worse: (a: Kind, b: Kind) => Kind,
): Spans<Kind> => {
  const closed: Span<Kind>[] = [];
  let open = { from, kind: first };

  const close = (to: number): void => {
    const before = closed.at(-1);
    const span = { ...open, to };
    const isNarrow = ({ from: start, to: end }: Span<Kind>): boolean => end - start < pixel;
    if (before && isNarrow(before) && isNarrow(span)) {
      closed[closed.length - 1] = {
        from: before.from,
        to,
        kind: worse(before.kind, span.kind),
      };
    } else closed.push(span);
  };

  return {
    begin: (at, kind) => {
      close(at);
      open = { from: at, kind };
    },
    until: (to) => [...closed, { ...open, to }],
  };
};
