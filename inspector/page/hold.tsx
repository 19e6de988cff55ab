/**
 * A button that acts once it has been held for a second. A hold ends when anything is let go anywhere, when the focus or the
 * window is lost, and when the button goes away; only the main button of a pointer, Space and Enter begin one.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const holdMs = 1_000;

/** Anywhere; `blur` is heard of the window alone here, for that of what it holds does not come up to it. */
const ends = ['pointerup', 'pointercancel', 'keyup', 'blur'] as const;

type Props = { readonly onHeld: () => void; readonly children: ComponentChildren };

export const Hold = ({ onHeld, children }: Props) => {
  const [held, setHeld] = useState(false);
  const holding = useRef<(() => void) | null>(null);
  const release = (): void => {
    holding.current?.();
    holding.current = null;
    setHeld(false);
  };
  const hold = (): void => {
    if (holding.current) return;
    const timer = setTimeout(() => {
      release();
      onHeld();
    }, holdMs);
    for (const name of ends) addEventListener(name, release);
    holding.current = () => {
      clearTimeout(timer);
      for (const name of ends) removeEventListener(name, release);
    };
    setHeld(true);
  };
  useEffect(() => release, []);
  return (
    <button
      type="button"
      class={held ? 'button kill held' : 'button kill'}
      onPointerDown={({ button }) => {
        if (button === 0) hold();
      }}
      onPointerLeave={release}
      onBlur={release}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (event.key !== ' ' && event.key !== 'Enter') return;
        event.preventDefault();
        if (!event.repeat) hold();
      }}
    >
      {children}
    </button>
  );
};
