/** `gateway_balances`: what an issuer owes, its own wallets apart; and `account_currencies`: what an account can send and receive. */
import { currencyHex } from '../../ledger/currency.ts';
import * as d from '../../ledger/decimal.ts';
import type { Json } from '../../ledger/transport.ts';
import { type Line, linesOf } from './account-lines.ts';
import { accountText, address } from './params.ts';
import { Refusal } from './refusal.ts';
import { whichLedger } from './which-ledger.ts';
import type { Command, Request } from './world.ts';

type Held = Readonly<{ currency: string; value: string }>;

export const gatewayBalances: Command = (request) => {
  const { account, lines, fields } = linesFor(request);
  const wallets = hotWallets(request.params['hotwallet']);
  const owed = new Map<string, d.Decimal>();
  const balances: Record<string, Held[]> = {};
  const assets: Record<string, Held[]> = {};
  for (const { account: peer, currency, balance } of lines) {
    const value = d.decimal(balance);
    if (d.isZero(value)) continue;
    if (wallets.has(peer)) {
      (balances[peer] ??= []).push({ currency, value: d.format(d.negate(value)) });
    } else if (d.isPositive(value)) {
      (assets[peer] ??= []).push({ currency, value: balance });
    } else {
      owed.set(currency, d.subtract(owed.get(currency) ?? d.zero, value));
    }
  }
  const obligations = Object.fromEntries(
    [...owed].map(([currency, value]) => [currency, d.format(value)]),
  );
  return {
    ...fields,
    account,
    ...present({ assets, balances, obligations }),
  };
};

export const accountCurrencies: Command = (request) => {
  const { lines, fields } = linesFor(request);
  const receivable = lines.filter(
    ({ balance, limit }) => d.compare(d.decimal(balance), d.decimal(limit)) < 0,
  );
  const sendable = lines.filter(
    ({ balance, limit_peer: limit }) =>
      d.compare(d.negate(d.decimal(balance)), d.decimal(limit)) < 0,
  );
  return {
    ...fields,
    receive_currencies: currenciesOf(receivable),
    send_currencies: currenciesOf(sendable),
  };
};

const linesFor = ({ params, world }: Request) => {
  const text = accountText(params);
  const { view, fields } = whichLedger(world.chain(), params);
  const account = address(text, fields);
  if (!view.account(account)) throw new Refusal('actNotFound');
  return { account, fields, lines: linesOf(view, account) };
};

const hotWallets = (named: unknown): ReadonlySet<string> => {
  if (named === undefined) return new Set();
  const list: readonly unknown[] = Array.isArray(named) ? named : [named];
  return new Set(list.map((each) => address(each)));
};

const present = (parts: Readonly<Record<string, Json>>): Json =>
  Object.fromEntries(Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0));

const currenciesOf = (lines: readonly Line[]): readonly string[] =>
  [...new Set(lines.map(({ currency }) => currency))].toSorted((a, b) =>
    currencyHex(a) < currencyHex(b) ? -1 : 1,
  );
