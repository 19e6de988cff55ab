/** What the pure layers may not do: read a clock, draw lots, wait, reach outside, or compute what differs between machines. */
import { layerOf } from './imports.ts';
import type { Source } from './source.ts';

/** The layers whose every result is a function of their arguments, with the packages that they may use. */
export const pure: Readonly<Record<string, readonly string[]>> = {
  ledger: ['ripple-binary-codec', 'ripple-keypairs'],
  events: [],
  machines: ['xstate'],
  projections: [],
};

export const impure = (sources: readonly Source[]): readonly string[] =>
  sources.flatMap(({ path, code, imports }) => {
    const packages = pure[layerOf(path)];
    if (!packages) return [];
    const reached = imports
      .filter(({ path: own, erased }) => own === undefined && !erased)
      .filter(
        ({ specifier, names }) => !packages.includes(specifier) && !isDigest(specifier, names),
      )
      .map(({ specifier }) => `${path} imports ${specifier}`);
    const used = forbidden.flatMap((pattern) =>
      [...code.matchAll(pattern)].map(
        (match) => `${path}:${lineOf(code, match.index)} has ${match[0].trim()}`,
      ),
    );
    return [...reached, ...used];
  });

/** A hash is a function of its argument, whoever computes it; the rest of node:crypto is not. */
const isDigest = (specifier: string, names: string): boolean =>
  specifier === 'node:crypto' && names === '{ createHash }';

const globals =
  'Date|process|performance|setTimeout|setInterval|setImmediate|queueMicrotask|fetch|globalThis|crypto|console|Intl|async|await|Atomics|WeakRef|FinalizationRegistry';

const forbidden: readonly RegExp[] = [
  new RegExp(`(?<![.\\w$])(?:${globals})(?![\\w$]|\\??:)`, 'g'),
  /\bMath\s*\.\s*(?!abs\b|ceil\b|floor\b|max\b|min\b|round\b|sign\b|sqrt\b|trunc\b|imul\b|clz32\b)\w+/g,
  /\bMath\s*\[/g,
  /\bnew\s+Promise\b|(?<![.\w$])Promise\s*\./g,
  /(?<!\d+n\s*)\*\*/g,
  /\.\s*(?:toLocale\w+|localeCompare)\b/g,
  /\bfor\s*\(\s*(?:const|let|var)\s+[^;()]*?\sin\s/g,
  /\bimport\s*\(/g,
];

const lineOf = (code: string, index: number): number => code.slice(0, index).split('\n').length;
