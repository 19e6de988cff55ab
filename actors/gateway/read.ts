/** One consistent read: book, pool, account, line, offers and issuer at one validated ledger, server and fee beside them. */
import type { Level, MarketRead, OwnOffer, Pool } from '../../events/market.ts';
import {
  decimal,
  divide,
  format,
  fromNumber,
  isPositive,
  multiply,
  toDigits,
  zero,
} from '../../ledger/decimal.ts';
import { pairAmounts, type Token } from '../../ledger/metadata.ts';
import { ServerError, type Json, type Transport } from '../../ledger/transport.ts';
import { count, isObject, list, object, optionalCount, text } from './json.ts';

export type ReadTarget = Readonly<{ account: string; token: Token }>;
type Request = Transport['request'];

const levelsMax = 10;
/** More than the levels kept: our own and unfunded offers stand among them. */
const offersAsked = 30;

/** Rejects with a ServerError or TransportError; then nothing of the read is used. */
export const readMarket = async (
  request: Request,
  target: ReadTarget,
  ledger: number,
): Promise<MarketRead> => {
  const { account, token } = target;
  const at = { ledger_index: ledger };
  const xrp = { currency: 'XRP' };
  const book = { command: 'book_offers', ...at, limit: offersAsked };
  const [head, asks, bids, amm, root, lines, offers, issuer, server, fee] = await Promise.all([
    request({ command: 'ledger', ...at }),
    request({ ...book, taker_gets: xrp, taker_pays: token }),
    request({ ...book, taker_gets: token, taker_pays: xrp }),
    absent(request({ command: 'amm_info', ...at, asset: xrp, asset2: token })),
    request({ command: 'account_info', ...at, account }),
    request({ command: 'account_lines', ...at, account, peer: token.issuer }),
    request({ command: 'account_offers', ...at, account }),
    request({ command: 'account_info', ...at, account: token.issuer }),
    request({ command: 'server_state' }),
    request({ command: 'fee' }),
  ]);
  const closeTime = count(object(head, 'ledger'), 'close_time');
  const data = object(root, 'account_data');
  const rules = object(issuer, 'account_data');
  return {
    type: 'market.read',
    ledger: { index: ledger, closeTime },
    bids: levels(list(bids, 'offers'), target, closeTime),
    asks: levels(list(asks, 'offers'), target, closeTime),
    amm: amm ? pool(object(amm, 'amm')) : null,
    account: {
      drops: text(data, 'Balance'),
      sequence: count(data, 'Sequence'),
      ownerCount: count(data, 'OwnerCount'),
      flags: count(data, 'Flags'),
    },
    line: line(list(lines, 'lines'), token),
    offers: list(offers, 'offers').map((offer) => ownOffer(offer, token)),
    issuer: {
      flags: count(rules, 'Flags'),
      transferRate: optionalCount(rules, 'TransferRate'),
      tickSize: optionalCount(rules, 'TickSize'),
    },
    server: serverState(object(server, 'state')),
    fee: feeOf(object(fee, 'drops')),
  };
};

/** An unknown account or pair is an answer: there is none. */
const absent = async (answer: Promise<Json>): Promise<Json | null> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServerError && error.code === 'actNotFound') return null;
    throw error;
  }
};

const dropsPerXrp = fromNumber(1_000_000);

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
    const quality = decimal(text(offer, 'quality'));
    const price =
      amounts.side === 'sell' ? multiply(quality, dropsPerXrp) : divide(dropsPerXrp, quality);
    found.push({
      price: format(toDigits(price, 15)),
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
    drops: text(amm, 'amount'),
    rlusd: text(token, 'value'),
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
    rlusd: format(decimal(text(ours, 'balance')) ?? zero),
    limit: text(ours, 'limit'),
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
    completeLedgers: text(state, 'complete_ledgers'),
    loadFactor: count(state, 'load_factor') / Math.max(1, loadBase),
    amendmentBlocked: state['amendment_blocked'] === true,
    networkId: optionalCount(state, 'network_id') ?? 0,
    reserveBaseDrops: String(count(validated, 'reserve_base')),
    reserveIncrementDrops: String(count(validated, 'reserve_inc')),
  };
};

const feeOf = (drops: Json): MarketRead['fee'] => ({
  baseDrops: text(drops, 'base_fee'),
  openLedgerDrops: text(drops, 'open_ledger_fee'),
});

/** Validated transactions of the account in a range of ledgers, in order, whole. */
export const readTransactions = async (
  request: Request,
  account: string,
  from: number,
  to: number,
): Promise<readonly Json[]> => {
  const found: Json[] = [];
  let marker: unknown;
  do {
    const page = await request({
      command: 'account_tx',
      account,
      ledger_index_min: from,
      ledger_index_max: to,
      forward: true,
      ...(isObject(marker) ? { marker } : {}),
    });
    const [least, most] = [count(page, 'ledger_index_min'), count(page, 'ledger_index_max')];
    if (least > from || most < to) {
      throw new ServerError('lgrGap', `the server has ledgers ${least}–${most} of ${from}–${to}`);
    }
    found.push(...list(page, 'transactions'));
    marker = page['marker'];
  } while (marker !== undefined);
  return found;
};
