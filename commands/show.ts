/** `neo show S`: the report of one session, or its document. Reads what is durable and writes nothing. */
import { accountingDocument, accountingText } from '../projections/accounting-document.ts';
import { document } from '../projections/document.ts';
import { riskLine } from '../projections/at-risk.ts';
import { summary } from '../projections/report.ts';
import { sentence } from '../projections/sentence.ts';
import { isOver } from '../projections/session.ts';
import { sparkRow } from '../projections/sparkline.ts';
import { instant } from '../projections/wording.ts';
import { valuesOf } from '../inspector/report/bins.ts';
import { LogError } from '../actors/log/failure.ts';
import type { Gathered } from '../inspector/report/gather.ts';
import { reading } from './chronicle.ts';
import { command, databaseDefault, onlySession } from './command.ts';
import { gathering } from './report.ts';

const help = `neo show S [--account] [--db F] [--json]

The report of session S: how it ended, its modes, guards, fills and what they were worth afterwards, by drift of the inventory
and regime of the basis, holdings, touch, orders and last hash. Of the orders: what became of the session's own, of those that the
session before had left, and what is known to be left on the ledger: nothing, proven at a ledger; offers that are not of this
log; orders left to expire; or never read.

  --account  the account alone: fills, their markouts and which were toxic, by drift and by basis; spread and price
  --db F     the database (default ${databaseDefault})
  --json     the session's document; with --account the account

Exit code: 0 done, 1 the session is damaged, 2 no such session, 4 the log cannot be read.
`;

const options = { account: { type: 'boolean' } } as const;

export const showCommand = command(
  help,
  options,
  async ({ values, positionals, database }, { out, error }) => {
    const session = onlySession(positionals, 'show');
    const { gathered, ...about } = await reading(database, (reader) =>
      gathering(reader, database, session, lineWidth, error),
    );
    if (gathered.damage !== null) throw new LogError(1, gathered.damage);
    const state = gathered.moment.session;
    const told = document(state, { session, ...about });
    const account = accountingDocument(gathered.accounting);
    if (values.account) {
      out(values.json ? `${JSON.stringify({ session, ...account })}\n` : accountingText(account));
      return 0;
    }
    if (values.json) {
      out(`${JSON.stringify(told)}\n`);
      return 0;
    }
    const { isWritten } = about;
    const asOf = isOver(state) || !isWritten ? '' : `As of ${instant(state.lastAt)}: `;
    const words = `${asOf}${sentence(session, state, state.lastAt, isWritten)}

${lines(gathered)}`;
    out(`${words}${accountingText(account)}${summary(told, riskLine(state), database)}`);
    return 0;
  },
);

const lineWidth = 60;

/** What moved over the session, from its first event to its last. */
const lines = ({ bins }: Gathered): string =>
  [
    sparkRow('mid', valuesOf(bins, 'mid'), 4, 'RLUSD per XRP'),
    sparkRow('anchor', valuesOf(bins, 'error'), 2, 'bps'),
    sparkRow('XRP share', valuesOf(bins, 'xrp'), 1, '%'),
  ]
    .flatMap((line) => (line === undefined ? [] : [`${line}\n`]))
    .join('')
    .concat('\n');
