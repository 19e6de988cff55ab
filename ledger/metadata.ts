/**
 * What one validated transaction did to one account, read from its metadata alone: offers placed, traded and removed, the
 * fee, and the change of its XRP and of one token. Sources: xrpl.org "look up transaction results"; `../shared` recordings
 * of a real server. It never infers a fill from an absence.
 */
import { add, compare, decimal, isZero, negate, subtract, zero, type Decimal } from './decimal.ts';
import { drops, parseDrops, type Drops } from './drops.ts';
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
  change: Readonly<{ drops: Drops; rlusd: Decimal }>;
}>;

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
  let held: Decimal = zero;
  let placed: PairAmounts | null = null;
  const offers: OfferEffect[] = [];
  for (const node of nodes(meta)) {
    if (node.type === 'AccountRoot' && node.fields['Account'] === account) {
      xrp += balanceChange(node);
    } else if (node.type === 'RippleState') {
      held = add(held, lineChange(node, account, token));
    } else if (node.type === 'Offer' && node.fields['Account'] === account) {
      const amounts = pairAmounts(node.fields, token);
      if (!amounts) continue;
      if (node.kind === 'CreatedNode') placed = amounts;
      else offers.push(offerEffect(node, amounts, token));
    }
  }
  return {
    own,
    result: text(meta['TransactionResult']),
    fee,
    placed,
    offers,
    change: { drops: drops(xrp + fee), rlusd: held },
  };
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

type Node = Readonly<{
  kind: 'CreatedNode' | 'ModifiedNode' | 'DeletedNode';
  type: string;
  fields: Json;
  previous: Json;
}>;

const nodes = function* (meta: Json): Iterable<Node> {
  for (const wrapped of list(meta['AffectedNodes'])) {
    for (const kind of ['CreatedNode', 'ModifiedNode', 'DeletedNode'] as const) {
      const node = wrapped[kind];
      if (!isObject(node)) continue;
      const fields = node[kind === 'CreatedNode' ? 'NewFields' : 'FinalFields'];
      yield {
        kind,
        type: text(node['LedgerEntryType']),
        fields: isObject(fields) ? fields : {},
        previous: isObject(node['PreviousFields']) ? node['PreviousFields'] : {},
      };
    }
  }
};

const balanceChange = ({ kind, fields, previous }: Node): bigint => {
  const now = fields['Balance'];
  if (kind === 'CreatedNode') return parseDrops(text(now));
  const before = previous['Balance'];
  if (before === undefined) return 0n;
  return parseDrops(text(now)) - parseDrops(text(before));
};

/** A line's Balance is the low account's; ours is its negative where we are the high one. */
const lineChange = ({ kind, fields, previous }: Node, account: string, token: Token): Decimal => {
  const [low, high] = [limit(fields['LowLimit']), limit(fields['HighLimit'])];
  const ours =
    low.currency === token.currency &&
    ((low.issuer === account && high.issuer === token.issuer) ||
      (high.issuer === account && low.issuer === token.issuer));
  if (!ours) return zero;
  const now = decimal(limit(fields['Balance']).value);
  const earlier = previous['Balance'];
  const before =
    kind === 'CreatedNode' ? zero : earlier === undefined ? now : decimal(limit(earlier).value);
  const change = subtract(now, before);
  return low.issuer === account ? change : negate(change);
};

const offerEffect = (node: Node, left: PairAmounts, token: Token): OfferEffect => {
  const before = pairAmounts({ ...node.fields, ...node.previous }, token) ?? left;
  const touched =
    node.previous['TakerGets'] !== undefined || node.previous['TakerPays'] !== undefined;
  const traded: PairAmounts = {
    side: left.side,
    drops: drops(before.drops - left.drops),
    rlusd: subtract(before.rlusd, left.rlusd),
  };
  const something = traded.drops !== 0n || !isZero(traded.rlusd);
  const expiration = node.fields['Expiration'];
  return {
    sequence: Number(node.fields['Sequence']),
    traded: touched && something ? traded : null,
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
const list = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter(isObject) : [];
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
