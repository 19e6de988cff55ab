/** `neo gate`: whether to start, with the evidence for each line. It changes nothing; a live start asks it too. */
import { truePath } from '../../actors/log/place.ts';
import { loadConfig } from '../../config.ts';
import type { GateAnswered } from '../../events/session.ts';
import { databaseOption } from '../../projections/wording.ts';
import { command, UsageError } from '../command.ts';
import { gather } from './evidence.ts';
import { answers, type Asking } from './questions.ts';

const help = `neo gate [--profile P] [--config F] [--set key=value]… [--note T] [--db F] [--json]

  Go or no-go for the next session under this configuration, one line of evidence for each question: kill switch,
  configuration unchanged or explained, last session closed clean, truth reconciled, shutdown proven, no order of unknown
  fate, no error events, log verified, backup present, gate.clean_sessions clean sessions in a row under the same profile.
  A live start asks the same, after it has closed a session that died; --override NOTE starts against its advice.

  --note T   explains a changed configuration
  --db F     the database (default engine.database)
  --json     one JSON document: go, lines [{check, pass, evidence}]

Exit code: 0 only if all pass, 1 no-go, 2 wrong usage or configuration, or no such database.
`;

export const gateCommand = command(
  help,
  {
    profile: { type: 'string' },
    config: { type: 'string' },
    set: { type: 'string', multiple: true },
    note: { type: 'string' },
  },
  async ({ values, positionals }, { env, out }) => {
    if (positionals[0] !== undefined) {
      throw new UsageError(`neo gate takes no "${positionals[0]}"; --help shows what there is.`);
    }
    const { profile, config: file, set = [], db } = values;
    const flags = db === undefined ? set : [...set, `engine.database=${db}`];
    const { flat } = loadConfig({ profile, file, env, set: flags, sandboxProfile: 'demo' });
    const database = String(flat['engine.database']);
    const answer = await askGate(truePath(database), {
      flat,
      note: values.note ?? null,
      starting: null,
    });
    const { go, lines } = answer;
    out(values.json ? `${JSON.stringify({ go, lines })}\n` : told(answer, database));
    return answer.go ? 0 : 1;
  },
);

/** `starting` is the session that asks. Rejects with a LogError where there is no log. */
export const askGate = async (
  file: string,
  { flat, note, starting }: Omit<Asking, 'starting' | 'evidence'> & { starting: number | null },
): Promise<GateAnswered> => {
  const evidence = await gather(file, Number(flat['gate.clean_sessions']), starting);
  const lines = answers({ flat, note, starting: starting !== null, evidence });
  return { type: 'gate.answered', go: lines.every(({ pass }) => pass), lines };
};

const told = ({ go, lines }: GateAnswered, database: string): string => {
  const width = Math.max(...lines.map(({ check }) => check.length));
  const rows = lines.map(
    ({ check, pass, evidence }) =>
      `${pass ? 'pass' : 'FAIL'}  ${check.padEnd(width)}  ${evidence}\n`,
  );
  const option = databaseOption(database);
  const which = go || option === '' ? '' : ` The commands that stand here want ${option}.`;
  return `${rows.join('')}\n${go ? 'Go.' : 'No-go.'}${which}\n`;
};
