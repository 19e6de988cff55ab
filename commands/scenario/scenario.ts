/** `neo scenario F…`: scripted sessions in virtual time, each on its own database and ledger, judged by their expectations. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openReader } from '../../actors/log/reader.ts';
import { drops } from '../../ledger/drops.ts';
import { difference, exact, isBelow, magnitude } from '../../ledger/exact.ts';
import { rlusdCurrency } from '../../ledger/rlusd.ts';
import type { Recorded } from '../../events/envelope.ts';
import type { Outline } from '../../events/outline.ts';
import { document, type SessionDocument } from '../../projections/document.ts';
import { toleranceOf } from '../../machines/truth-check.ts';
import { held, totalAt } from '../../projections/inventory.ts';
import { apply, empty, type SessionState } from '../../projections/session.ts';
import { command, UsageError } from '../command.ts';
import { tellKept } from '../kept.ts';
import { inScratch } from '../scratch.ts';
import { judge, type Failure } from './expectations.ts';
import { readScenario, type Scenario } from './format.ts';
import { configured, play, walletOf, type Stage, type Wallet } from './play.ts';

const help = `neo scenario F… [--db F] [--json]

  Plays each scenario file in virtual time and judges every expectation in it.
  Exit codes: 0 all hold, 1 one failed, 2 a file is no valid scenario (then none is played).

  --db F   keep the log of the one scenario in this file, which must not exist yet
  --json   the document of the last session with what was judged; an array of them for several files
`;

export const scenarioCommand = command(
  help,
  {},
  async ({ values, positionals }, { out, error }) => {
    if (positionals.length === 0)
      throw new UsageError('Say which scenario files; --help shows how.');
    if (values.db !== undefined && positionals.length > 1) {
      throw new UsageError('--db keeps the log of one scenario; name one file.');
    }
    if (values.db !== undefined && existsSync(values.db)) {
      throw new UsageError(`${values.db} exists; name a file that does not exist yet.`);
    }
    const files = positionals.map((path) => readScenario(path));
    for (const one of files.flat()) configured(one);
    const judged: Judged[] = [];
    for (const chain of files) {
      const result = await judgedRun(chain, values.db);
      judged.push(result);
      if (!values.json) out(told(result));
    }
    const documents = judged.map(({ document: whole }) => whole);
    if (values.json) out(`${JSON.stringify(documents.length === 1 ? documents[0] : documents)}\n`);
    if (values.db !== undefined) await tellKept(values.db, error);
    return judged.every(({ failures }) => failures.length === 0) ? 0 : 1;
  },
);

type Judged = Readonly<{
  name: string;
  failures: readonly Failure[];
  document: object;
  last: SessionDocument | undefined;
}>;

const judgedRun = (chain: readonly Scenario[], keep: string | undefined): Promise<Judged> =>
  inScratch('scenario', async (folder) => {
    const scenario = chain.at(-1);
    if (!scenario) throw new Error('a scenario file is at least one scenario');
    const file = keep ?? join(folder, 'neo.db');
    let stage: Stage | undefined;
    let before = 0;
    for (const one of chain) {
      before = one === scenario ? await sessionsIn(file) : 0;
      stage = await play(one, file, stage);
    }
    if (!stage) throw new Error('a scenario has a stage');
    return await judgement(scenario, file, before, walletOf(stage.sandbox, rlusdCurrency));
  });

const sessionsIn = async (file: string): Promise<number> => {
  if (!existsSync(file)) return 0;
  const reader = await openReader(file);
  const { length } = await reader.sessions();
  await reader.close();
  return length;
};

const judgement = async (
  scenario: Scenario,
  file: string,
  before: number,
  wallet: Wallet,
): Promise<Judged> => {
  const found = (await folded(file)).slice(before);
  const sessions = found.map(({ document: one }) => one);
  const last = found.at(-1);
  const chainMatches = last ? matches(last.state, wallet) : null;
  const { effective } = configured(scenario);
  const failures = judge(
    scenario.expect,
    sessions,
    { offersLeft: wallet.offersLeft, chainMatches },
    Date.parse(scenario.start),
    effective.engine.tick_interval_seconds * 1000,
  );
  const whole = {
    ...last?.document,
    scenario: {
      name: scenario.name,
      pass: failures.length === 0,
      failures,
      offers_left_on_ledger: wallet.offersLeft,
      chain_matches_engine: chainMatches,
      sessions,
    },
  };
  return { name: scenario.name, failures, document: whole, last: last?.document };
};

type Folded = Readonly<{ state: SessionState; document: SessionDocument }>;

const folded = async (file: string): Promise<readonly Folded[]> => {
  const reader = await openReader(file);
  const all: Folded[] = [];
  for (const { session, lastHash } of await reader.sessions()) {
    let state = empty;
    for await (const page of reader.readOutlines(session)) {
      state = (page as readonly Recorded<Outline>[]).reduce(apply, state);
    }
    all.push({ state, document: document(state, { session, lastHash }) });
  }
  await reader.close();
  return all;
};

/** Engine total and wallet total at the last mid, within max(1e-4 RLUSD, 5 bps). Null where there never was a mid. */
const matches = (state: SessionState, wallet: Wallet): boolean | null => {
  if (!state.mid) return null;
  const engine = totalAt(held(state.inventory), state.mid);
  const chain = totalAt({ drops: drops(wallet.drops), rlusd: exact(wallet.rlusd) }, state.mid);
  return !isBelow(toleranceOf(chain), magnitude(difference(engine, chain)));
};

const told = ({ name, failures, last }: Judged): string => {
  const halt = last?.halt;
  const end = halt ? `${halt.reason} (${halt.source})` : 'no end';
  const head = `${failures.length === 0 ? 'pass' : 'FAIL'}  ${name}: ${end}\n`;
  const lines = failures.map(
    ({ what, expected, found }) =>
      `      ${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}\n`,
  );
  return head + lines.join('');
};
