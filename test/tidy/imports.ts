/** Who may import whom, and that nobody imports in a circle. The one table of the layers. */
import type { Source } from './source.ts';

const engine = ['ledger', 'events', 'machines', 'projections', 'actors'] as const;

/** What each layer may import of the project, besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ledger: [],
  events: ['ledger'],
  projections: ['ledger', 'events'],
  machines: ['ledger', 'events', 'projections'],
  actors: ['ledger', 'events', 'machines', 'projections'],
  inspector: ['ledger', 'events', 'machines', 'projections'],
  sandbox: ['ledger'],
  config: ['ledger'],
  commands: [...engine, 'inspector', 'sandbox', 'config'],
  main: [...engine, 'inspector', 'sandbox', 'config', 'commands'],
  test: [...engine, 'inspector', 'sandbox', 'config', 'commands', 'main'],
};

export const layers = Object.keys(mayImport);

/** The first folder; for a file at the root its name. config.ts and config/ are one layer. */
export const layerOf = (path: string): string => path.replace(/\/.*$|\.ts$/, '');

/** Imports against the direction of the layers. */
export const againstTheLayers = (sources: readonly Source[]): readonly string[] =>
  sources.flatMap(({ path, imports }) => {
    const layer = layerOf(path);
    const allowed = mayImport[layer];
    if (!allowed) return [`${path}: ${layer} is no layer`];
    return imports.flatMap(({ path: imported }) => {
      if (imported === undefined) return [];
      const other = layerOf(imported);
      return other === layer || allowed.includes(other)
        ? []
        : [`${path} imports ${imported}: ${layer} may not import ${other}`];
    });
  });

/** Relative imports that name no source, or name it without its ending. */
export const ofNothing = (sources: readonly Source[]): readonly string[] => {
  const known = new Set(sources.map(({ path }) => path));
  return sources.flatMap(({ path, imports }) =>
    imports
      .filter(({ path: imported }) => imported !== undefined && !known.has(imported))
      .map(({ specifier }) => `${path} imports ${specifier}, which is no source`),
  );
};

/** Circles of imports, types included, each once and from the place where it was met. */
export const inCircles = (sources: readonly Source[]): readonly string[] => {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const place = trail.indexOf(path);
    if (place >= 0) circles.push([...trail.slice(place), path].join(' → '));
    if (place >= 0 || done.has(path)) return;
    for (const { path: imported } of byPath.get(path)?.imports ?? []) {
      if (imported !== undefined) visit(imported, [...trail, path]);
    }
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return circles;
};
