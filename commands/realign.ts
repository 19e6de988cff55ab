/** `neo realign`: asks the running engine, or the next one, to adopt the wallet's balances. A dry run unless confirmed. */
import { drops, formatXrp, parseDrops } from '../ledger/drops.ts';
import { difference, exact, exactText } from '../ledger/exact.ts';
import { held } from '../projections/inventory.ts';
import { readBooks, type StandingBooks } from './books.ts';
import { command, databaseDefault } from './command.ts';
import { refuseWords, send, told } from './message.ts';

const help = `neo realign [--note T] [--confirm] [--db F] [--json]

  Adopts the wallet's balances as of the next validated ledger that is read: the difference to the books becomes a capital
  event of type realignment. Use it when books and wallet are apart and you know why. Without --confirm it only shows
  the books beside the newest look at the wallet.

  --confirm   put the request in: the running session takes it at once, else the next start before its checks
  --note T    why; it stands in the log and in capital_events
  --db F      the database (default ${databaseDefault})
  --json      one JSON document
`;

export const realignCommand = command(
  help,
  {
    note: { type: 'string' },
    confirm: { type: 'boolean' },
  },
  async ({ values, positionals, database: file }, { out }) => {
    refuseWords('realign', positionals);
    const found = compared(await readBooks(file));
    const confirmed = values.confirm === true;
    const message = { type: 'operator.realign', note: values.note ?? 'neo realign' };
    const waits = confirmed ? !(await send(file, [message])) : false;
    const done = !confirmed
      ? 'Nothing was done: add --confirm to adopt the wallet as of the next read.'
      : waits
        ? 'No session runs: the request waits for the next start, which adopts the wallet at its first read.'
        : 'The running session adopts the wallet at its next read.';
    const fields = { ...(confirmed ? { sent: message.type, waits } : { dry_run: true }), ...found };
    out(told(values.json === true, fields, `${sentence(found)}\n${done}`));
    return 0;
  },
);

type Amounts = Readonly<{ xrp: string; rlusd: string }>;
type Compared = Readonly<{
  session: number;
  books: Amounts;
  /** Null where no check has read it. */
  wallet: Readonly<{ ledger: number | null } & Amounts> | null;
  /** What would be adopted: wallet − books, as far as is known. */
  difference: Amounts | null;
}>;

const compared = ({ legacy, checked }: StandingBooks): Compared => {
  const now = held(legacy.inventory);
  const books = { xrp: formatXrp(now.drops), rlusd: exactText(now.rlusd) };
  const chain = checked?.chain;
  if (!checked || !chain) return { session: legacy.session, books, wallet: null, difference: null };
  const { internal } = checked;
  return {
    session: legacy.session,
    books,
    wallet: {
      ledger: checked.ledger,
      xrp: formatXrp(parseDrops(chain.drops)),
      rlusd: chain.rlusd,
    },
    difference: {
      xrp: formatXrp(drops(parseDrops(chain.drops) - parseDrops(internal.drops))),
      rlusd: exactText(difference(exact(chain.rlusd), exact(internal.rlusd))),
    },
  };
};

const sentence = ({ session, books, wallet, difference }: Compared): string => {
  const say = `The books of session ${session} say ${books.xrp} XRP and ${books.rlusd} RLUSD`;
  if (!wallet || !difference) return `${say}; the wallet has not been read yet.`;
  const agree = difference.xrp === '0' && difference.rlusd === '0';
  const apart = agree
    ? 'they agreed'
    : `wallet − books was ${difference.xrp} XRP and ${difference.rlusd} RLUSD`;
  return `${say}; the wallet had ${wallet.xrp} XRP and ${wallet.rlusd} RLUSD at ledger ${wallet.ledger}: ${apart}.`;
};
