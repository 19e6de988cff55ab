/**
 * What one validated transaction did to one account, read from its metadata alone: offers placed, traded and removed, the
 * fee, and the change of its XRP and of one token. Sources: xrpl.org "look up transaction results"; `../shared` recordings
 * of a real server. It never infers a fill from an absence.
 */
import { compare, decimal, isZero, negate, subtract, zero, type Decimal } from './decimal.ts';
import { drops, parseDrops, type Drops } from './drops.ts';
import { difference, exactly, nothing, sum, type Exact } from './exact.ts';
import type { Json } from './transport.ts';

/** The pair seen from XRP: how much XRP and how much of the token stand on an offer, and which way it trades. */
export type PairAmounts = Readonly<{ side: 'buy' | 'sell'; drops: Drops; rlusd: Decimal }>;

export type Token = Readonly<{ currency: string; issuer: string }>;

export type OfferEffect = Readonly<{
  /** The offer's Sequence (or ticket number). */
  sequence: number;
  /** What it gave and got in this transaction; null where nothing traded. */
  traded: PairAmounts | null;
  /** What is left of it; zeros where it is gone. */
  left: PairAmounts;
  deleted: boolean;
  expiration: number | null;
}>;

export type Effects = Readonly<{
  /** Sent by the account itself. */
  own: boolean;
  result: string;
  /** Paid by the account, in drops: 0 where another account sent it. */
  fee: Drops;
  /** The offer that came to rest by this transaction, as it rests. */
  placed: PairAmounts | null;
  /** Offers of the account that were there before and were traded with or removed. */
  offers: readonly OfferEffect[];
  /** Change of the account's XRP, the fee left out, and of the token. */
  change: Change;
  /** That without what the offers gave and got: what the account took of others, was paid, or paid; and what was rounded. */
  rest: Change;
  /** What a Payment says that it gave the account of the token, negative what the account gave; null where none says so. */
  delivered: Decimal | null;
  /** One in the sixteenth digit of the largest amount of the token that was traded with or added to: of its line and its offers. */
  unit: Exact;
}>;

export type Change = Readonly<{ drops: Drops; rlusd: Exact }>;

/** Read once: every actor that hears of a transaction asks the same of it. */
export const effects = (tx: Json, meta: Json, account: string, token: Token): Effects => {
  const known = recent.get(meta);
  if (known?.tx === tx && known.account === account && isSame(known.token, token)) {
    return known.effects;
  }
  const found = { tx, account, token, effects: readEffects(tx, meta, account, token) };
  recent.set(meta, found);
  return found.effects;
};

type Read = Readonly<{ tx: Json; account: string; token: Token; effects: Effects }>;
const recent = new WeakMap<Json, Read>();

const isSame = (a: Token, b: Token): boolean => a.currency === b.currency && a.issuer === b.issuer;

const readEffects = (tx: Json, meta: Json, account: string, token: Token): Effects => {
  const own = tx['Account'] === account;
  const fee = own ? parseDrops(text(tx['Fee'])) : drops(0n);
  let xrp = 0n;
  let held = nothing;
  const amounts: Decimal[] = [];
  let placed: PairAmounts | null = null;
  const offers: OfferEffect[] = [];
  for (const node of nodes(meta)) {
    if (node.type === 'AccountRoot' && node.fields['Account'] === account) {
      xrp += balanceChange(node);
    } else if (node.type === 'RippleState') {
      const balances = lineBalances(node, account, token);
      if (!balances) continue;
      held = sum(held, difference(exactly(balances[1]), exactly(balances[0])));
      amounts.push(...balances);
    } else if (node.type === 'Offer' && node.fields['Account'] === account) {
      const left = pairAmounts(node.fields, token);
      if (!left) continue;
      if (node.kind === 'CreatedNode') {
        placed = left;
        continue;
      }
      const before = pairAmounts({ ...node.fields, ...node.previous }, token) ?? left;
      const effect = offerEffect(node, before, left);
      offers.push(effect);
      if (effect.traded) amounts.push(before.rlusd);
    }
  }
  const change = { drops: drops(xrp + fee), rlusd: held };
  return {
    own,
    result: text(meta['TransactionResult']),
    fee,
    placed,
    offers,
    change,
    rest: offers.reduce(without, change),
    delivered: deliveredTo(tx, meta, account, token),
    unit: unitOf(amounts),
  };
};

const without = (change: Change, { traded }: OfferEffect): Change => {
  if (!traded) return change;
  const isBuy = traded.side === 'buy';
  const rlusd = exactly(traded.rlusd);
  return {
    drops: drops(change.drops + (isBuy ? -traded.drops : traded.drops)),
    rlusd: isBuy ? sum(change.rlusd, rlusd) : difference(change.rlusd, rlusd),
  };
};

/** A line may have rounded it; a payment that names another issuer of it (its destination, as a partner may) says nothing. */
const deliveredTo = (tx: Json, meta: Json, account: string, token: Token): Decimal | null => {
  const amount = meta['delivered_amount'];
  if (tx['TransactionType'] !== 'Payment' || !isToken(amount, token)) return null;
  const [gives, gets] = [tx['Account'] === account, tx['Destination'] === account];
  if (gives === gets) return null;
  const value = decimal(text(amount['value']));
  return gets ? value : negate(value);
};

const unitOf = (amounts: readonly Decimal[]): Exact => {
  const some = amounts.filter((one) => !isZero(one));
  if (some.length === 0) return nothing;
  return { units: 1n, exponent: Math.max(...some.map(({ exponent }) => exponent)) };
};

/** An Offer's amounts in terms of the pair; undefined for an offer of another pair. */
export const pairAmounts = (offer: Json, token: Token): PairAmounts | undefined => {
  const [gets, pays] = [offer['TakerGets'], offer['TakerPays']];
  if (typeof gets === 'string' && isToken(pays, token)) {
    return { side: 'sell', drops: parseDrops(gets), rlusd: decimal(text(pays['value'])) };
  }
  if (typeof pays === 'string' && isToken(gets, token)) {
    return { side: 'buy', drops: parseDrops(pays), rlusd: decimal(text(gets['value'])) };
  }
  return undefined;
};

export type Node = Readonly<{
  kind: 'CreatedNode' | 'ModifiedNode' | 'DeletedNode';
  type: string;
  fields: Json;
  previous: Json;
}>;

export const nodes = function* (meta: Json): Iterable<Node> {
  const affected = meta['AffectedNodes'];
  if (!Array.isArray(affected)) return;
  for (const wrapped of affected as readonly unknown[]) {
    if (!isObject(wrapped)) continue;
    const kind = kinds.find((one) => wrapped[one] !== undefined);
    const node = kind && wrapped[kind];
    if (!isObject(node)) continue;
    const { FinalFields: last, NewFields: first, PreviousFields: previous } = node;
    const fields = kind === 'CreatedNode' ? first : last;
    yield {
      kind: kind as Node['kind'],
      type: text(node['LedgerEntryType']),
      fields: isObject(fields) ? fields : noFields,
      previous: isObject(previous) ? previous : noFields,
    };
  }
};

const kinds = ['ModifiedNode', 'DeletedNode', 'CreatedNode'] as const;
const noFields: Json = {};

const balanceChange = (node: Node): bigint => {
  const [before, now] = xrpBalances(node);
  return now - before;
};

/** An account's drops before and after; nothing where none are told. */
export const xrpBalances = ({ kind, fields, previous }: Node): readonly [bigint, bigint] => {
  const before = previous['Balance'];
  if (kind !== 'CreatedNode' && before === undefined) return [0n, 0n];
  const now = parseDrops(text(fields['Balance']));
  return [kind === 'CreatedNode' ? 0n : parseDrops(text(before)), now];
};

/**
 * What an account held of the token before and after; undefined for an entry that is no line between it and the issuer. A
 * line's Balance is the low account's; ours is its negative where we are the high one.
 */
export const lineBalances = (
  { type, kind, fields, previous }: Node,
  account: string,
  token: Token,
): readonly [Decimal, Decimal] | undefined => {
  if (type !== 'RippleState') return undefined;
  const [low, high] = [limit(fields['LowLimit']), limit(fields['HighLimit'])];
  const isLow = low.issuer === account && high.issuer === token.issuer;
  const isHigh = high.issuer === account && low.issuer === token.issuer;
  if (low.currency !== token.currency || !(isLow || isHigh)) return undefined;
  const now = decimal(limit(fields['Balance']).value);
  const earlier = previous['Balance'];
  const before =
    kind === 'CreatedNode' ? zero : earlier === undefined ? now : decimal(limit(earlier).value);
  return isLow ? [before, now] : [negate(before), negate(now)];
};

const offerEffect = (node: Node, before: PairAmounts, left: PairAmounts): OfferEffect => {
  const traded: PairAmounts = {
    side: left.side,
    drops: drops(before.drops - left.drops),
    rlusd: subtract(before.rlusd, left.rlusd),
  };
  const something = traded.drops !== 0n || !isZero(traded.rlusd);
  const expiration = node.fields['Expiration'];
  return {
    sequence: Number(node.fields['Sequence']),
    traded: something ? traded : null,
    left,
    deleted: node.kind === 'DeletedNode',
    expiration: typeof expiration === 'number' ? expiration : null,
  };
};

/** Nothing is left to trade on either side. */
export const isConsumed = ({ drops: xrp, rlusd }: PairAmounts): boolean =>
  xrp === 0n || compare(rlusd, zero) === 0;

const limit = (value: unknown): Readonly<{ currency: string; issuer: string; value: string }> =>
  isObject(value)
    ? {
        currency: text(value['currency']),
        issuer: text(value['issuer']),
        value: text(value['value']),
      }
    : { currency: '', issuer: '', value: '0' };

const isToken = (value: unknown, token: Token): value is Json =>
  isObject(value) && value['currency'] === token.currency && value['issuer'] === token.issuer;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
