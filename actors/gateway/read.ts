/** One consistent read: book, pool, account, line, offers and issuer at one validated ledger, server and fee beside them. */
import { messageOf } from '../log/failure.ts';
import type { Level, MarketRead, OwnOffer, Pool } from '../../events/market.ts';
import { decimal, format, isPositive, type Decimal } from '../../ledger/decimal.ts';
import { pairAmounts, type Token } from '../../ledger/metadata.ts';
import { parseRanges } from '../../ledger/ranges.ts';
import { priceOf } from '../../ledger/trades.ts';
import { ServerError, type Json, type Transport } from '../../ledger/transport.ts';
import { digits, count, list, object, optionalCount, text } from './json.ts';
import { pages } from './page.ts';

export type ReadTarget = Readonly<{ account: string; token: Token }>;
export type Request = Transport['request'];

const levelsMax = 10;
/** More than the levels kept: our own and unfunded offers stand among them. */
const offersAsked = 30;

/** That our account or the issuer is not on the ledger has a code of its own, whichever request is told so first: waiting does not mend it. */
export const naming =
  (request: Request, { account, token }: ReadTarget): Request =>
  async (asked) => {
    try {
      return await request(asked);
    } catch (error) {
      const address = asked['account'];
      const code =
        address === account
          ? 'accountNotFound'
          : address === token.issuer
            ? 'issuerNotFound'
            : undefined;
      if (!code || !(error instanceof ServerError) || error.code !== 'actNotFound') throw error;
      throw new ServerError(code, `${String(address)} is no account of this ledger`);
    }
  };

/** `hash` is that of the ledger read. Rejects with a ServerError or TransportError; then nothing of the read is used. */
export const readMarket = async (
  request: Request,
  target: ReadTarget,
  ledger: number,
): Promise<Readonly<{ market: MarketRead; hash: string }>> => {
  const { account, token } = target;
  const at = { ledger_index: ledger };
  const [[found, hash], root, lines, offers, fee] = await Promise.all([
    publicAnswers(request, token, ledger),
    request({ command: 'account_info', ...at, account }),
    request({ command: 'account_lines', ...at, account, peer: token.issuer }),
    all(pages(request, { command: 'account_offers', ...at, account })),
    unlessBlocked(request({ command: 'fee' })),
  ]);
  for (const answer of [root, lines, ...offers]) refuseElsewhere(answer, ledger, hash);
  return legible(() => {
    const data = belonging(object(root, 'account_data'), account);
    const market: MarketRead = {
      type: 'market.read',
      ...publicOf(found, target, ledger),
      account: {
        drops: digits(data, 'Balance'),
        sequence: count(data, 'Sequence'),
        ownerCount: count(data, 'OwnerCount'),
        flags: count(data, 'Flags'),
      },
      line: line(list(lines, 'lines'), token),
      offers: offers.flatMap((page) => list(page, 'offers')).map((offer) => ownOffer(offer, token)),
      fee: fee ? feeOf(object(fee, 'drops')) : usualFee(object(found.server, 'state')),
    };
    return { market, hash };
  });
};

/** What everybody may know of a ledger: the market without an account. */
export type PublicMarket = Pick<
  MarketRead,
  'ledger' | 'bids' | 'asks' | 'amm' | 'issuer' | 'server'
>;

/** As `readMarket`, for nobody in particular. */
export const readPublic = async (
  request: Request,
  token: Token,
  ledger: number,
): Promise<Readonly<{ market: PublicMarket; hash: string }>> => {
  const [found, hash] = await publicAnswers(request, token, ledger);
  return legible(() => ({ market: publicOf(found, { account: '', token }, ledger), hash }));
};

type PublicAnswers = Readonly<Record<'head' | 'asks' | 'bids' | 'issuer' | 'server', Json>> &
  Readonly<{ amm: Json | null }>;

const publicAnswers = async (
  request: Request,
  token: Token,
  ledger: number,
): Promise<readonly [PublicAnswers, hash: string]> => {
  const at = { ledger_index: ledger };
  const xrp = { currency: 'XRP' };
  const book = { command: 'book_offers', ...at, limit: offersAsked };
  const [head, asks, bids, amm, issuer, server] = await Promise.all([
    request({ command: 'ledger', ...at }),
    request({ ...book, taker_gets: xrp, taker_pays: token }),
    request({ ...book, taker_gets: token, taker_pays: xrp }),
    absent(request({ command: 'amm_info', ...at, asset: xrp, asset2: token })),
    request({ command: 'account_info', ...at, account: token.issuer }),
    request({ command: 'server_state' }),
  ]);
  const hash = text(head, 'ledger_hash');
  for (const answer of [head, asks, bids, issuer, ...(amm ? [amm] : [])]) {
    refuseElsewhere(answer, ledger, hash);
  }
  return [{ head, asks, bids, amm, issuer, server }, hash];
};

/** What cannot be read to its end is malformed. */
const legible = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (error instanceof ServerError) throw error;
    const words = messageOf(error);
    throw new ServerError('malformedAnswer', `an amount cannot be read: ${words}`);
  }
};

const publicOf = (answers: PublicAnswers, target: ReadTarget, ledger: number): PublicMarket => {
  const closeTime = count(object(answers.head, 'ledger'), 'close_time');
  const rules = belonging(object(answers.issuer, 'account_data'), target.token.issuer);
  return {
    ledger: { index: ledger, closeTime },
    bids: levels(list(answers.bids, 'offers'), target, closeTime),
    asks: levels(list(answers.asks, 'offers'), target, closeTime),
    amm: answers.amm ? pool(object(answers.amm, 'amm')) : null,
    issuer: {
      flags: count(rules, 'Flags'),
      transferRate: optionalCount(rules, 'TransferRate'),
      tickSize: optionalCount(rules, 'TickSize'),
    },
    server: serverState(object(answers.server, 'state')),
  };
};

const all = async <T>(from: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = [];
  for await (const one of from) found.push(one);
  return found;
};

/** Every answer is as of the one validated ledger that was asked for. */
const refuseElsewhere = (answer: Json, ledger: number, hash: string): void => {
  const [index, itsHash] = [count(answer, 'ledger_index'), text(answer, 'ledger_hash')];
  if (answer['validated'] === true && index === ledger && itsHash === hash) return;
  throw new ServerError(
    'contradiction',
    `asked for validated ledger ${ledger} (${hash}), answered of ${index} (${itsHash})`,
  );
};

/** The account that was asked about, and no other. */
const belonging = (data: Json, account: string): Json => {
  if (data['Account'] === account) return data;
  throw new ServerError('contradiction', `asked about ${account}, answered about another account`);
};

/** An unknown pair is an answer: there is none. */
const absent = async (answer: Promise<Json>): Promise<Json | null> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServerError && error.code === 'actNotFound') return null;
    throw error;
  }
};

/** An amendment-blocked server tells no fee, but says in server_state that it is blocked: the read goes on, to be judged. */
const unlessBlocked = async (answer: Promise<Json>): Promise<Json | null> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServerError && error.code === 'amendmentBlocked') return null;
    throw error;
  }
};

/** Undefined for one beyond what a number of the ledger can say: anybody may make such an offer, and it is in nobody's way. */
const priceIn = (offer: Json, side: 'buy' | 'sell'): Decimal | undefined => {
  const quality = decimal(text(offer, 'quality'));
  if (!isPositive(quality)) throw new RangeError('an offer at no price');
  try {
    return priceOf(quality, side);
  } catch {
    return undefined;
  }
};

/** Offers that can still trade, with their price in RLUSD per XRP from the book's own quality. */
const levels = (
  offers: readonly Json[],
  { account, token }: ReadTarget,
  closeTime: number,
): readonly Level[] => {
  const found: Level[] = [];
  for (const offer of offers) {
    if (found.filter(({ own }) => !own).length === levelsMax) break;
    const funded = {
      TakerGets: offer['taker_gets_funded'] ?? offer['TakerGets'],
      TakerPays: offer['taker_pays_funded'] ?? offer['TakerPays'],
    };
    const amounts = pairAmounts(funded, token);
    const expiration = offer['Expiration'];
    const expired = typeof expiration === 'number' && expiration <= closeTime;
    if (!amounts || expired || amounts.drops === 0n || !isPositive(amounts.rlusd)) continue;
    const price = priceIn(offer, amounts.side);
    if (price === undefined) continue;
    found.push({
      price: format(price),
      drops: String(amounts.drops),
      rlusd: format(amounts.rlusd),
      own: offer['Account'] === account,
    });
  }
  return found;
};

const pool = (amm: Json): Pool => {
  const token = object(amm, 'amount2');
  return {
    drops: digits(amm, 'amount'),
    rlusd: format(decimal(text(token, 'value'))),
    feeHundredThousandths: count(amm, 'trading_fee'),
    frozen: amm['asset2_frozen'] === true,
  };
};

const line = (lines: readonly Json[], token: Token): MarketRead['line'] => {
  const ours = lines.find(
    (one) => one['currency'] === token.currency && one['account'] === token.issuer,
  );
  if (!ours) return null;
  return {
    rlusd: format(decimal(text(ours, 'balance'))),
    limit: format(decimal(text(ours, 'limit'))),
    frozen: ours['freeze_peer'] === true,
    deepFrozen: ours['deep_freeze_peer'] === true,
  };
};

const ownOffer = (offer: Json, token: Token): OwnOffer => {
  const amounts = pairAmounts(
    { TakerGets: offer['taker_gets'], TakerPays: offer['taker_pays'] },
    token,
  );
  const expiration = offer['expiration'];
  return {
    sequence: count(offer, 'seq'),
    side: amounts?.side ?? 'other',
    drops: String(amounts?.drops ?? 0n),
    rlusd: amounts ? format(amounts.rlusd) : '0',
    expiration: typeof expiration === 'number' ? expiration : null,
  };
};

const serverState = (state: Json): MarketRead['server'] => {
  const validated = object(state, 'validated_ledger');
  const loadBase = count(state, 'load_base');
  return {
    state: text(state, 'server_state'),
    completeLedgers: ranges(state),
    loadFactor: count(state, 'load_factor') / Math.max(1, loadBase),
    amendmentBlocked: state['amendment_blocked'] === true,
    networkId: optionalCount(state, 'network_id') ?? 0,
    reserveBaseDrops: String(count(validated, 'reserve_base')),
    reserveIncrementDrops: String(count(validated, 'reserve_inc')),
  };
};

const ranges = (state: Json): string => {
  const complete = text(state, 'complete_ledgers');
  if (parseRanges(complete)) return complete;
  throw new ServerError('malformedAnswer', 'complete_ledgers is no list of ranges');
};

/** What the last validated ledger asked for. */
const usualFee = (state: Json): MarketRead['fee'] => {
  const baseDrops = String(count(object(state, 'validated_ledger'), 'base_fee'));
  return { baseDrops, openLedgerDrops: baseDrops };
};

const feeOf = (drops: Json): MarketRead['fee'] => ({
  baseDrops: digits(drops, 'base_fee'),
  openLedgerDrops: digits(drops, 'open_ledger_fee'),
});
