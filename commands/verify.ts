/** `neo verify`: says whether the log is what was written, beside a running engine too. It changes nothing. */
import { type Verdict, verifyLog } from '../actors/log/verify.ts';
import { command, databaseDefault, sessionNumber, UsageError } from './command.ts';

const help = `neo verify [--session S] [--db F] [--json]

Follows the hash chain of every session, or of one, and reads every page of the file. Works beside a running engine.

  --session S  this session alone
  --db F       the database (${databaseDefault})
  --json       one JSON document on stdout

Exit code: 0 intact, 1 damaged (where and how to cure it is printed), 2 nothing of that name.
`;

export const verifyCommand = command(
  help,
  { session: { type: 'string' } },
  async ({ values, positionals, database }, { out }) => {
    if (positionals.length > 0) {
      throw new UsageError(`neo verify takes no "${positionals[0]}"; --session names a session.`);
    }
    const session = values.session === undefined ? undefined : sessionNumber(values.session);
    const verdict = await verifyLog(database, session);
    out(values.json ? `${JSON.stringify(document(verdict))}\n` : `${sentence(verdict)}\n`);
    return verdict.intact ? 0 : 1;
  },
);

const document = (verdict: Verdict): object => {
  if (!verdict.intact) {
    const { session = null, seq = null, sentence: problem } = verdict;
    return { intact: false, session, seq, problem };
  }
  const { sessions, events, lastHash = null } = verdict;
  return { intact: true, sessions, events, last_hash: lastHash };
};

const sentence = (verdict: Verdict): string => {
  if (!verdict.intact) return verdict.sentence;
  const { sessions, events, lastHash } = verdict;
  const counted = `${sessions} ${sessions === 1 ? 'session' : 'sessions'}, ${events} events`;
  return lastHash === undefined
    ? 'The log is intact: it holds nothing yet.'
    : `The log is intact: ${counted}, last hash ${lastHash}.`;
};
