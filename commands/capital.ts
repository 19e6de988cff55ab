/** `neo capital`: announces a deposit or a withdrawal, or commits an average cost. Dry runs unless confirmed; without a word it shows what stands. */
import type { Message } from '../actors/inbox.ts';
import type { OperatorCapital, OperatorInput } from '../events/operator.ts';
import { compare, decimal, format, multiply, negate, type Decimal } from '../ledger/decimal.ts';
import { drops, formatXrp, parseDrops, xrpOf, type Drops } from '../ledger/drops.ts';
import { exactText, exactly, isBelow } from '../ledger/exact.ts';
import { averageCost, held, type Inventory } from '../projections/inventory.ts';
import { priceOf, rlusdAmount, xrpAmount } from './amount.ts';
import { readBooks } from './books.ts';
import { command, databaseDefault, UsageError } from './command.ts';
import { send, told } from './message.ts';

const help = `neo capital [--db F] [--json]
neo capital deposit|withdraw --xrp N | --rlusd N [--note T] [--confirm] [--db F] [--json]
neo capital basis --price P [--note T] [--confirm] [--db F] [--json]

  Without more: the balances, average cost and realised gain, the movements that were announced and not seen, and those seen that nobody announced;
  with what waits for the next start.

  deposit, withdraw   announce a payment of this amount. It moves no balance before the validated payment of exactly that
                      amount is seen; one that was seen already is confirmed at once. XRP and RLUSD are two payments. A withdrawal may be paid
                      while a session runs, once that has taken the announcement: any other transaction that is signed
                      elsewhere with the wallet's key ends it as account_in_use.
  basis               give the XRP held this average cost (RLUSD per XRP, 0.000001 to 1000000). It moves no balance.

  --confirm   put the request in: the running session takes it at once, else the next start before its checks
  --note T    where it came from; it stands in the log and in capital_events
  --db F      the database (default ${databaseDefault})
  --json      one JSON document
`;

const options = {
  xrp: { type: 'string' },
  rlusd: { type: 'string' },
  price: { type: 'string' },
  note: { type: 'string' },
  confirm: { type: 'boolean' },
} as const;

export const capitalCommand = command(
  help,
  options,
  async ({ values, positionals, database: file }, { out }) => {
    const [what, more] = positionals;
    if (more !== undefined)
      throw new UsageError(`neo capital takes no "${more}"; --help shows it.`);
    const { note = 'neo capital', json = false, confirm = false } = values;
    const { xrp, rlusd, price } = values;
    const wanted = wantedOf(what, { xrp, rlusd, price });
    const { legacy, waiting } = await readBooks(file);
    const { inventory } = legacy;
    if (!wanted) {
      out(told(json, standing(inventory, waiting), standingSentences(inventory, waiting)));
      return 0;
    }
    refuseExcess(wanted, inventory);
    const messages = messagesOf(wanted, note);
    const waits = confirm ? !(await send(file, messages)) : false;
    const types = messages.map(({ type }) => type);
    const fields = confirm ? { sent: types, waits } : { dry_run: true, would_send: messages };
    const done = !confirm
      ? '\nNothing was done: add --confirm to put it in.'
      : waits
        ? '\nNo session runs: it waits for the next start, which takes it before its checks.'
        : '\nThe running session takes it.';
    out(told(json, fields, `${sentence(wanted, inventory, waiting)}${done}`));
    return 0;
  },
);

type Wanted =
  | Readonly<{
      kind: 'move';
      word: 'deposit' | 'withdraw';
      xrp: Drops | null;
      rlusd: Decimal | null;
    }>
  | Readonly<{ kind: 'basis'; price: Decimal }>;

type Given = Readonly<{
  xrp?: string | undefined;
  rlusd?: string | undefined;
  price?: string | undefined;
}>;

/** Undefined where only the standing is asked for. Throws a UsageError. */
const wantedOf = (what: string | undefined, given: Given): Wanted | undefined => {
  const { xrp, rlusd, price } = given;
  switch (what) {
    case undefined:
      if (Object.values(given).every((value) => value === undefined)) return undefined;
      throw new UsageError(
        'Say deposit, withdraw or basis: neo capital deposit --xrp 10 --confirm.',
      );
    case 'basis': {
      if (xrp !== undefined || rlusd !== undefined || price === undefined) {
        throw new UsageError('neo capital basis takes --price P, RLUSD per XRP, and no amounts.');
      }
      return { kind: 'basis', price: priceOf(price) };
    }
    case 'deposit':
    case 'withdraw':
      if (price !== undefined || (xrp === undefined && rlusd === undefined)) {
        throw new UsageError(`neo capital ${what} takes --xrp N or --rlusd N, and no --price.`);
      }
      return {
        kind: 'move',
        word: what,
        xrp: xrp === undefined ? null : xrpAmount(xrp),
        rlusd: rlusd === undefined ? null : rlusdAmount(rlusd),
      };
    default:
      throw new UsageError(`neo capital knows deposit, withdraw and basis, no "${what}".`);
  }
};

/** No payment could ever match it. */
const refuseExcess = (wanted: Wanted, inventory: Inventory): void => {
  if (wanted.kind !== 'move' || wanted.word !== 'withdraw') return;
  const now = held(inventory);
  const isTooMuch =
    (wanted.xrp !== null && wanted.xrp > now.drops) ||
    (wanted.rlusd !== null && isBelow(now.rlusd, exactly(wanted.rlusd)));
  if (!isTooMuch) return;
  throw new UsageError(
    `More than there is cannot be withdrawn: the books hold ${formatXrp(now.drops)} XRP and ${exactText(now.rlusd)} RLUSD.`,
  );
};

const messagesOf = (wanted: Wanted, note: string): readonly Message[] => {
  if (wanted.kind === 'basis') {
    return [{ type: 'operator.basis', price: format(wanted.price), note }];
  }
  return parts(wanted).map((part) => ({ type: 'operator.capital', ...part, note }));
};

type Part = Readonly<{ drops: string; rlusd: string }>;

/** Signed; each asset is a payment of its own. */
const parts = ({ word, xrp, rlusd }: Extract<Wanted, { kind: 'move' }>): readonly Part[] => {
  const out = word === 'withdraw';
  return [
    ...(xrp === null ? [] : [{ drops: String(out ? -xrp : xrp), rlusd: '0' }]),
    ...(rlusd === null ? [] : [{ drops: '0', rlusd: format(out ? negate(rlusd) : rlusd) }]),
  ];
};

const sentence = (
  wanted: Wanted,
  inventory: Inventory,
  waiting: readonly OperatorInput[],
): string => {
  if (wanted.kind === 'basis') {
    const xrp = held(inventory).drops;
    const cost = format(multiply(wanted.price, xrpOf(xrp)));
    const average = averageCost(inventory);
    return `${formatXrp(xrp)} XRP get the average cost ${format(wanted.price)} (in all ${cost} RLUSD) in place of ${average ? format(average) : 'none'}; no balance moves.`;
  }
  return parts(wanted)
    .map((part) => {
      const isSame = (one: Part): boolean =>
        one.drops === part.drops && compare(decimal(one.rlusd), decimal(part.rlusd)) === 0;
      const seen = inventory.proposed.find(isSame);
      const before = [...inventory.announced, ...announcedIn(waiting)].some(isSame)
        ? ' The same is announced already: this one is for a second payment.'
        : '';
      return seen
        ? `${amountOf(part)}: seen as ${seen.hash}, which this confirms.${before}`
        : `${amountOf(part)}: moves nothing until the validated payment of exactly that is seen.${before}`;
    })
    .join('\n');
};

const announcedIn = (waiting: readonly OperatorInput[]): readonly OperatorCapital[] =>
  waiting.filter((one) => one.type === 'operator.capital');

const amountOf = ({ drops: amount, rlusd }: Part): string =>
  amount === '0' ? `${rlusd} RLUSD` : `${formatXrp(parseDrops(amount))} XRP`;

const standing = (inventory: Inventory, waiting: readonly OperatorInput[]) => {
  const { announced, proposed } = inventory;
  const now = held(inventory);
  const average = averageCost(inventory);
  const amounts = (one: Part) => ({ xrp: formatXrp(parseDrops(one.drops)), rlusd: one.rlusd });
  return {
    xrp: formatXrp(drops(now.drops)),
    rlusd: exactText(now.rlusd),
    average_cost: average ? format(average) : null,
    realised_pnl_rlusd: format(inventory.realised),
    announced: [
      ...announced.map((one) => ({ ...amounts(one), note: one.note, waits: false })),
      ...announcedIn(waiting).map((one) => ({ ...amounts(one), note: one.note, waits: true })),
    ],
    proposed: proposed.map((one) => ({ ...amounts(one), hash: one.hash })),
    basis_waiting:
      waiting.findLast((one) => one.type === 'operator.basis')?.price ?? inventory.basis,
  };
};

const standingSentences = (inventory: Inventory, waiting: readonly OperatorInput[]): string => {
  const { xrp, rlusd, average_cost, realised_pnl_rlusd, basis_waiting } = standing(
    inventory,
    waiting,
  );
  return [
    `${xrp} XRP and ${rlusd} RLUSD; average cost ${average_cost ?? 'unknown'}, realised ${realised_pnl_rlusd} RLUSD since the first session.`,
    ...inventory.announced.map((one) => `announced and not seen: ${amountOf(one)} (${one.note})`),
    ...announcedIn(waiting).map(
      (one) => `announced, and waits for the next start: ${amountOf(one)} (${one.note})`,
    ),
    ...(basis_waiting === null
      ? []
      : [`waits for the next start: an average cost of ${basis_waiting}`]),
    ...inventory.proposed.map((one) => `seen and not announced: ${amountOf(one)} in ${one.hash}`),
  ].join('\n');
};
