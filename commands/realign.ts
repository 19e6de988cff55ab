/** `neo realign`: asks the running engine, or the next one, to adopt the wallet's balances. A dry run unless confirmed. */
import { drops, formatXrp } from '../ledger/drops.ts';
import { difference, exactText } from '../ledger/exact.ts';
import { held, type Amounts as Held } from '../projections/inventory.ts';
import { readBooks, type StandingBooks } from './books.ts';
import { command, databaseDefault } from './command.ts';
import { refuseWords, send, told } from './message.ts';
import { withWaiting } from './waiting.ts';

const help = `neo realign [--note T] [--confirm] [--db F] [--json]

  Adopts the wallet's balances as of the next validated ledger that is read: the difference to the books becomes a capital
  event of type realignment. Use it when books and wallet are apart and you know why. Without --confirm it only compares
  books and wallet as of the newest ledger read, and says what the books say now where they have moved since.

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
    const books = await readBooks(file);
    const found = compared(books);
    const already = withWaiting(books.legacy, books.waiting).inventory.realign
      ? 'A realignment waits for the next read already.\n'
      : '';
    const confirmed = values.confirm === true;
    const message = { type: 'operator.realign', note: values.note ?? 'neo realign' };
    const waits = confirmed ? !(await send(file, [message])) : false;
    const done = !confirmed
      ? 'Nothing was done: add --confirm to adopt the wallet as of the next read.'
      : waits
        ? 'No session runs: the request waits for the next start, which adopts the wallet at its first read.'
        : 'The running session adopts the wallet at its next read.';
    const fields = { ...(confirmed ? { sent: message.type, waits } : { dry_run: true }), ...found };
    out(told(values.json === true, fields, `${sentence(found)}\n${already}${done}`));
    return 0;
  },
);

type Amounts = Readonly<{ xrp: string; rlusd: string }>;
type Compared = Readonly<{
  session: number;
  /** As of the log's last event. */
  books: Amounts;
  /** As last read; null where this session has not read it. */
  wallet: Readonly<{ ledger: number } & Amounts> | null;
  /** As of that ledger: what the wallet is compared with. */
  books_then: Amounts | null;
  /** Wallet − books as of that ledger: what would be adopted, as far as is known. */
  difference: Amounts | null;
}>;

const compared = ({ legacy: { session, inventory }, read }: StandingBooks): Compared => {
  const books = texts(held(inventory));
  if (!read) return { session, books, wallet: null, books_then: null, difference: null };
  const { ledger, wallet, books: then } = read;
  return {
    session,
    books,
    wallet: { ledger, ...texts(wallet) },
    books_then: texts(then),
    difference: texts({
      drops: drops(wallet.drops - then.drops),
      rlusd: difference(wallet.rlusd, then.rlusd),
    }),
  };
};

const texts = (amounts: Held): Amounts => ({
  xrp: formatXrp(amounts.drops),
  rlusd: exactText(amounts.rlusd),
});

const words = ({ xrp, rlusd }: Amounts): string => `${xrp} XRP and ${rlusd} RLUSD`;
const isSame = (a: Amounts, b: Amounts): boolean => a.xrp === b.xrp && a.rlusd === b.rlusd;

const sentence = (found: Compared): string => {
  const { session, books, wallet, books_then: then, difference: apart } = found;
  if (!wallet || !then || !apart) {
    return `The books say ${words(books)}; session ${session} has not read the wallet.`;
  }
  const verdict = isSame(wallet, then) ? 'they agree' : `wallet − books is ${words(apart)}`;
  const since = isSame(books, then) ? '' : ` Since then the books have moved to ${words(books)}.`;
  return `As of ledger ${wallet.ledger}, the newest that session ${session} has read, the books say ${words(then)} and the wallet has ${words(wallet)}: ${verdict}.${since}`;
};
