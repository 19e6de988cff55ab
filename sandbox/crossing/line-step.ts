/** A leg along a trust line, with its limits, its freezes and the issuer's transfer fee. */
import { isHigher } from '../../ledger/address.ts';
import { constantSlope } from '../../ledger/amm.ts';
import * as d from '../../ledger/decimal.ts';
import { above, isSome, parity, type Quantity, scaled } from '../../ledger/quantity.ts';
import { qualityOf } from '../../ledger/quality.ts';
import { num } from '../../ledger/number.ts';
import { type Draft, readLine } from '../state/draft.ts';
import { holdings, transferRate } from '../state/funds.ts';
import { limitOf, moveAlongLine, side } from '../state/line.ts';
import type { Debt, Direction, Moved, Run, Step } from './step.ts';

export type LineLeg = Readonly<{
  sender: string;
  receiver: string;
  currency: string;
  before: Step | undefined;
  isLast: boolean;
  crossing: boolean;
}>;

type Cache = Readonly<{ in: Quantity; across: Quantity; out: Quantity; debt: Debt }>;

export const lineStep = (leg: LineLeg): Step => {
  const { sender, receiver, currency, before, isLast, crossing } = leg;
  let cache: Cache | undefined;

  const lineQuality = (draft: Draft, which: 'in' | 'out'): bigint => {
    if (crossing) return parity;
    const line = readLine(draft, sender, receiver, currency);
    const quality =
      which === 'in'
        ? line?.[side(isHigher(receiver, sender)).qualityIn]
        : line?.[side(isHigher(sender, receiver)).qualityOut];
    return quality ? BigInt(quality) : parity;
  };

  const owed = (draft: Draft): d.Decimal =>
    holdings(draft, sender, { currency, issuer: receiver }, 'counted') as d.Decimal;

  const room = (draft: Draft, wanted: Quantity): Readonly<{ most: Quantity; debt: Debt }> => {
    if (crossing && isLast) return { most: wanted, debt: 'issues' };
    const holds = owed(draft);
    if (d.isPositive(holds)) return { most: holds, debt: 'redeems' };
    return { most: d.add(limitOf(draft, receiver, sender, currency), holds), debt: 'issues' };
  };

  const rates = (draft: Draft, debt: Debt, debtBefore: () => Debt) => {
    if (debt === 'redeems') {
      if (!before) return { out: parity, in: parity };
      const [theirs, ours] = [before.qualityIn(draft), lineQuality(draft, 'out')];
      return { out: theirs > ours ? theirs : ours, in: parity };
    }
    const out = debtBefore() === 'redeems' ? transferRate(draft, sender) : parity;
    const quality = lineQuality(draft, 'in');
    return { out, in: isLast && quality > parity ? parity : quality };
  };

  const ratesNow = (draft: Draft, debt: Debt, direction: Direction) =>
    rates(draft, debt, () => before?.debt(draft, direction) ?? 'issues');

  const dry = (debt: Debt): Moved => {
    cache = { in: d.zero, across: d.zero, out: d.zero, debt };
    return cache;
  };

  const move = (run: Run, across: Quantity): void =>
    moveAlongLine(run.draft, sender, receiver, currency, across as d.Decimal);

  const debt = (draft: Draft, direction: Direction): Debt => {
    if (direction === 'forward' && cache) return cache.debt;
    return d.isPositive(owed(draft)) ? 'redeems' : 'issues';
  };

  const bestQuality = (draft: Draft, debtBefore: Debt) => {
    const { out, in: quality } = rates(draft, debt(draft, 'forward'), () => debtBefore);
    return qualityOf({ pays: num(out), gets: num(quality) });
  };

  return {
    name: `${sender} ${receiver} ${currency}`,
    sender,
    receiver,
    debt,
    bestQuality,
    slope: (draft, debtBefore) => constantSlope(bestQuality(draft, debtBefore)),
    qualityIn: (draft) => lineQuality(draft, 'in'),
    isWornOut: () => false,
    offersMet: () => 0,
    moved: () => cache ?? { in: d.zero, out: d.zero },
    reverse: (run, out) => {
      cache = undefined;
      const { most, debt: kind } = room(run.draft, out);
      if (!isSome(most)) return dry(kind);
      const rate = ratesNow(run.draft, kind, 'reverse');
      const wanted = scaled(out, parity, rate.in, true);
      const limited = above(wanted, most);
      const across = limited ? most : wanted;
      cache = {
        in: scaled(across, rate.out, parity, true),
        across,
        out: limited ? scaled(most, rate.in, parity, false) : out,
        debt: kind,
      };
      move(run, across);
      return cache;
    },
    forward: (run, paid) => {
      const { most, debt: kind } = room(run.draft, cache?.across ?? d.zero);
      if (!isSome(most)) return dry(kind);
      const rate = ratesNow(run.draft, kind, 'forward');
      const wanted = scaled(paid, parity, rate.out, false);
      const limited = above(wanted, most);
      const across = limited ? most : wanted;
      cache = settled(cache, {
        in: limited ? scaled(most, rate.out, parity, true) : paid,
        across,
        out: scaled(across, rate.in, parity, false),
        debt: kind,
      });
      move(run, cache.across);
      return cache;
    },
  };
};

/** Rounding must not let the forward run give more than the reverse one asked for. */
const settled = (asked: Cache | undefined, now: Cache): Cache => {
  if (!asked || differsMuch(asked.in as d.Decimal, now.in as d.Decimal)) return now;
  return {
    in: now.in,
    across: above(now.across, asked.across) ? asked.across : now.across,
    out: above(now.out, asked.out) ? asked.out : now.out,
    debt: now.debt,
  };
};

const smallDifference: d.Decimal = d.decimal('0.000000001');

const differsMuch = (asked: d.Decimal, now: d.Decimal): boolean => {
  if (d.compare(d.subtract(now, asked), smallDifference) <= 0) return false;
  return (
    asked.mantissa === 0n ||
    now.exponent !== asked.exponent ||
    now.mantissa * 100n > asked.mantissa * 101n
  );
};
