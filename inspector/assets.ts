/**
 * The page's own files, read once at the start. What was not there then is not served: a request never touches the disk, so
 * no path leads out of the folder.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Asset = Readonly<{ type: string; body: Buffer }>;

export type Assets = Readonly<{
  /** By the path of the request; `/` is the page itself. */
  find: (path: string) => Asset | undefined;
  /** Another one means that a page loaded earlier is of another build. */
  digest: string;
}>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Bundled there by the build, beside this file. */
const folder = fileURLToPath(new URL('bundle/', import.meta.url));

export const loadAssets = (): Assets => {
  const found = new Map<string, Asset>();
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).toSorted()) {
    const type = types[extname(name)];
    if (!type) continue;
    const body = readFileSync(folder + name);
    hash.update(name).update(body);
    found.set(name === 'index.html' ? '/' : `/${name}`, { type, body });
  }
  return { find: (path) => found.get(path), digest: hash.digest('hex') };
};
