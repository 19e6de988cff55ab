/** `npm run docs`: writes the generated parts of the documentation anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tidy/source.ts';
import { pages } from './reference.ts';
import { document, written } from './sections.ts';

const file = join(root, document);
writeFileSync(file, written(readFileSync(file, 'utf8')));
for (const [path, page] of Object.entries(pages)) writeFileSync(join(root, path), page());
