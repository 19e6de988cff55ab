/** The shared scenario files, where they are at hand: every expectation in them holds. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { judgedBy } from './scenario-judged.ts';

const shared =
  process.env['NEO_SHARED'] ?? join(dirname(import.meta.dirname), '..', '..', 'shared');
const folder = join(shared, 'scenarios');
const names = existsSync(folder)
  ? readdirSync(folder).filter((name) => name.endsWith('.json'))
  : [];

if (names.length === 0) {
  test.skip('the shared scenarios pass (they are not here; NEO_SHARED names their folder)', (t) =>
    t.pass());
}

for (const name of names) {
  test.serial(`shared scenario ${name.replace('.json', '')}`, async (t) => {
    await judgedBy(t, join(folder, name));
  });
}
