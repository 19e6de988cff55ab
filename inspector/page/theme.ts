/** Dark, light, or as the system has it; kept with this browser. */
import { effect, signal } from '@preact/signals';

const names = ['system', 'dark', 'light'] as const;
type Theme = (typeof names)[number];

const stored = localStorage.getItem('theme');
const theme = signal<Theme>(names.find((name) => name === stored) ?? 'system');

/** Counts the changes of theme, the system's too: whoever paints reads it. */
export const themed = signal(0);

export const nextTheme = (): void => {
  theme.value = names[(names.indexOf(theme.value) + 1) % names.length] ?? 'system';
  localStorage.setItem('theme', theme.value);
};

export const keepTheme = (): void => {
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => {
    themed.value += 1;
  });
  effect(() => {
    if (theme.value === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme.value;
    themed.value = themed.peek() + 1;
  });
};
