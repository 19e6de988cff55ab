/** Plays a scenario file by the command and asserts that every expectation in it held, and that its log replays. */
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { SessionDocument } from '../projections/document.ts';
import { ask, documentOf, folderFor } from './door.ts';

export type Judged = SessionDocument &
  Readonly<{
    scenario: Readonly<{
      name: string;
      pass: boolean;
      failures: readonly Readonly<{ what: string; expected: unknown; found: unknown }>[];
      offers_left_on_ledger: number;
      chain_matches_engine: boolean | null;
      sessions: readonly SessionDocument[];
    }>;
  }>;

export const judgedBy = async (t: ExecutionContext, file: string): Promise<void> => {
  const folder = await folderFor(t);
  const told = await ask(folder, 'scenario', file, '--json', '--db', join(folder, 'neo.db'));
  const { scenario, session } = documentOf<Judged>(told);
  t.deepEqual(scenario.failures, []);
  t.true(scenario.pass);
  t.is(told.code, 0);
  t.true(scenario.sessions.length > 0);
  for (let number = 1; number <= session; number += 1) {
    const replayed = await ask(folder, 'replay', String(number));
    t.is(replayed.code, 0, replayed.out);
  }
};
