/**
 * The invariants of a simulated session, looked at as the log grows and after every ledger:
 * 1. what the engine holds, and what it has not booked yet, is to the last digit what the ledger says it holds;
 * 2. no fill is booked twice, none is missing, none is made up, and they are booked in the ledger's order;
 * 3. no transaction reaches a server, and none stands in a ledger, before its signature and its intent are durable;
 * 4. no offer of ours stands on the ledger that the log does not know;
 * 5. what can still trade never exceeds the worst case that the manifest states;
 * 6. a session has one halt.
 */
import type { Row } from '../../actors/engine.ts';
import type { FillRecorded } from '../../events/inventory.ts';
import { add, compare, decimal, format, zero, type Decimal } from '../../ledger/decimal.ts';
import {
  type Exact,
  difference,
  exact,
  exactText,
  exactly,
  isNothing,
  sum,
} from '../../ledger/exact.ts';
import { transactionHash } from '../../ledger/hash.ts';
import {
  apply as applyInventory,
  held,
  noInventory,
  type Inventory,
} from '../../projections/inventory.ts';
import { keyOf, type Balance, type FillFact, type LedgerFacts } from './facts.ts';

/** An invariant that did not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export type Watch = Readonly<{
  /** Rows that are durable from now on. */
  rows: (session: number, rows: readonly Row[]) => void;
  /** A blob on its way to a server. */
  submitted: (blob: string) => void;
  ledger: (facts: LedgerFacts) => void;
  /** After the last session, when everything signed has expired. */
  end: (facts: LedgerFacts) => void;
  counts: () => Readonly<{ buy: number; sell: number; ticks: number; events: number }>;
}>;

const ledgersKept = 300;

export const createWatch = (): Watch => {
  const ledgers = new Map<number, LedgerFacts>();
  const owed = new Map<string, FillFact>();
  const booked = new Map<string, number>();
  const signed = new Set<string>();
  const numbers = new Set<number>();
  const halts = new Map<number, number>();
  let intents = new Set<number>();
  let worst: Decimal = zero;
  let inventory: Inventory = noInventory;
  let bookedLedger = 0;
  let newest = { ledger: 0, index: 0 };
  const counts = { buy: 0, sell: 0, ticks: 0, events: 0 };

  const fill = (event: FillRecorded): void => {
    const key = keyOf(event.hash, event.offerSequence);
    if (booked.has(key)) throw new Violation(`fill ${key} is booked twice`);
    const fact = owed.get(key);
    if (!fact) throw new Violation(`fill ${key} is booked, and no ledger has it`);
    const [drops, rlusd] = [BigInt(event.drops), decimal(event.rlusd)];
    const same =
      fact.side === event.side && fact.drops === drops && compare(fact.rlusd, rlusd) === 0;
    if (!same) throw new Violation(`fill ${key} is booked with other amounts than the ledger's`);
    const isLate =
      fact.ledger < newest.ledger || (fact.ledger === newest.ledger && fact.index < newest.index);
    if (isLate) throw new Violation(`fill ${key} is booked after one that came later`);
    newest = fact;
    owed.delete(key);
    booked.set(key, event.ledger);
    counts[event.side] += 1;
  };

  /** Everything up to that ledger is in the log. */
  const covered = (index: number): void => {
    for (const { key, ledger } of owed.values()) {
      if (ledger <= index) throw new Violation(`fill ${key} of ledger ${ledger} is missing`);
    }
    for (const [key, ledger] of booked) if (ledger < index - ledgersKept) booked.delete(key);
    const balance = ledgers.get(index)?.balance;
    if (balance && bookedLedger <= index) compareHeld(inventory, balance, index);
  };

  const row = ({ seq, event }: Row): number | undefined => {
    counts.events += 1;
    switch (event.type) {
      case 'session.opened':
        intents = new Set();
        worst = decimal(event.worstCase.rlusd);
        return undefined;
      case 'tick':
        counts.ticks += 1;
        return undefined;
      case 'order.submit':
        numbers.add(event.sequence);
        intents.add(seq);
        return undefined;
      case 'order.cancel':
        intents.add(seq);
        return undefined;
      case 'transaction.signed':
        if (!intents.has(event.intent)) {
          throw new Violation(`${event.hash} was signed for event ${event.intent}, no intent`);
        }
        signed.add(event.hash);
        return undefined;
      case 'fill.recorded':
        fill(event);
        bookedLedger = Math.max(bookedLedger, event.ledger);
        return undefined;
      case 'fee.paid':
      case 'movement.seen':
      case 'line.rounded':
        bookedLedger = Math.max(bookedLedger, event.ledger);
        return undefined;
      case 'market.read':
        return event.ledger.index;
      default:
        return undefined;
    }
  };

  const rows = (session: number, added: readonly Row[]): void => {
    let read: number | undefined;
    for (const one of added) {
      read = row(one) ?? read;
      inventory = applyInventory(inventory, one);
      if (one.event.type !== 'halt') continue;
      halts.set(session, (halts.get(session) ?? 0) + 1);
      if (halts.get(session) !== 1) throw new Violation(`session ${session} has two halts`);
    }
    if (read !== undefined) covered(read);
  };

  const ledger = (facts: LedgerFacts): void => {
    ledgers.set(facts.index, facts);
    ledgers.delete(facts.index - ledgersKept);
    for (const one of facts.fills) owed.set(one.key, one);
    for (const hash of facts.sent) {
      if (!signed.has(hash))
        throw new Violation(`${hash} is in a ledger, and the log has no cause`);
    }
    let total: Decimal = zero;
    for (const { sequence, rlusd, expiration } of facts.offers) {
      if (!numbers.has(sequence)) throw new Violation(`offer ${sequence} is unknown to the log`);
      if (expiration === null) throw new Violation(`offer ${sequence} never expires`);
      if (expiration > facts.closeTime) total = add(total, rlusd);
    }
    if (compare(total, worst) > 0) {
      throw new Violation(`offers of ${format(total)} RLUSD stand; ${format(worst)} was the most`);
    }
  };

  return {
    rows,
    ledger,
    submitted: (blob) => {
      const hash = transactionHash(blob);
      if (!signed.has(hash)) throw new Violation(`${hash} was sent before its cause was durable`);
    },
    end: ({ index, closeTime, offers, balance }) => {
      const [left] = offers.filter(({ expiration }) => (expiration ?? 0) > closeTime);
      if (left) throw new Violation(`offer ${left.sequence} stands after the end`);
      const [missing] = owed.values();
      if (missing) throw new Violation(`fill ${missing.key} was never booked`);
      compareHeld(inventory, balance, index);
    },
    counts: () => ({ ...counts }),
  };
};

/** What is held, and what was seen and awaits an operator. */
const compareHeld = (inventory: Inventory, chain: Balance, index: number): void => {
  const own = held(inventory);
  let [drops, rlusd]: [bigint, Exact] = [own.drops, own.rlusd];
  for (const one of inventory.proposed) {
    drops += BigInt(one.drops);
    rlusd = sum(rlusd, exact(one.rlusd));
  }
  if (drops === chain.drops && isNothing(difference(rlusd, exactly(chain.rlusd)))) return;
  const engine = `${drops} drops and ${exactText(rlusd)} RLUSD`;
  const wallet = `${chain.drops} drops and ${format(chain.rlusd)} RLUSD`;
  throw new Violation(`at ledger ${index} the engine has ${engine}, the ledger ${wallet}`);
};
