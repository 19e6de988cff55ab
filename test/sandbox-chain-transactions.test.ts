/** Transactions that the recordings show little of: taking tokens back, leaving, freezing, a pool of two tokens. */
import test from 'ava';
import type { Chain } from '../sandbox/chain.ts';
import { genesis, issuer, maker, submit, taker, usd, world, xrp } from './sandbox-chain-world.ts';

const resultOf = (
  chain: Chain,
  ...asked: Parameters<typeof submit> extends [unknown, ...infer R] ? R : never
) => submit(chain, ...asked).engine_result;

const held = (chain: Chain, address: string, currency: string): string => {
  const balance = chain.open().line(address, issuer.address, currency)?.['Balance'];
  return ((balance ?? { value: '0' }) as { value: string }).value.replace('-', '');
};

const dollarsOf = (chain: Chain, address: string): string => held(chain, address, 'USD');

test('only an issuer who said so from the beginning may take tokens back', (t) => {
  const chain = world();
  const take = { TransactionType: 'Clawback', Amount: { ...usd(100), issuer: taker.address } };
  t.is(resultOf(chain, issuer, take), 'tecNO_PERMISSION');
  t.is(resultOf(chain, issuer, { TransactionType: 'AccountSet', SetFlag: 16 }), 'tecOWNERS');
  t.is(dollarsOf(chain, taker.address), '10000');
});

test('an account can leave when it owes nothing and 256 ledgers have passed', (t) => {
  const chain = world();
  const leave = { TransactionType: 'AccountDelete', Destination: maker.address, Fee: '200000' };
  t.is(resultOf(chain, taker, leave), 'tecTOO_SOON');
  for (let n = 0; n < 260; n += 1) chain.close(2000 + n);
  t.is(resultOf(chain, taker, leave), 'tecHAS_OBLIGATIONS');
  const pay = { TransactionType: 'Payment', Destination: issuer.address, Amount: usd(10_000) };
  submit(chain, taker, pay);
  const setNoRipple = 0x0002_0000;
  submit(chain, taker, { TransactionType: 'TrustSet', LimitAmount: usd(0), Flags: setNoRipple });
  submit(chain, taker, { TransactionType: 'TicketCreate', TicketCount: 2 });
  submit(chain, taker, {
    TransactionType: 'OfferCreate',
    TakerGets: '1000000',
    TakerPays: usd(5),
  });
  for (let n = 0; n < 260; n += 1) chain.close(3000 + n);
  t.is(resultOf(chain, taker, leave), 'tesSUCCESS');
  const ledger = chain.close(4000);
  t.is(ledger.state.account(taker.address), undefined);
  t.deepEqual(ledger.state.owned(taker.address), []);
  t.true(BigInt(String(ledger.state.account(maker.address)?.['Balance'])) > 1_990_000_000n);
});

test('a frozen holder can pay nobody but the issuer', (t) => {
  const chain = world();
  const setFreeze = 0x0010_0000;
  submit(chain, issuer, {
    TransactionType: 'TrustSet',
    LimitAmount: { ...usd(0), issuer: taker.address },
    Flags: setFreeze,
  });
  const pay = (to: string) =>
    resultOf(chain, taker, { TransactionType: 'Payment', Destination: to, Amount: usd(1) });
  t.is(pay(maker.address), 'tecPATH_DRY');
  t.is(pay(issuer.address), 'tesSUCCESS');
  const sell = { TransactionType: 'OfferCreate', TakerGets: usd(1), TakerPays: '1000000' };
  t.is(resultOf(chain, taker, sell), 'tecUNFUNDED_OFFER');
});

test('a transfer fee is paid by the sender on top', (t) => {
  const chain = world();
  submit(chain, issuer, { TransactionType: 'AccountSet', TransferRate: 1_010_000_000 });
  const pay = {
    TransactionType: 'Payment',
    Destination: maker.address,
    Amount: usd(100),
    SendMax: usd(102),
  };
  t.is(resultOf(chain, taker, pay), 'tesSUCCESS');
  t.is(dollarsOf(chain, taker.address), '9899');
  t.is(dollarsOf(chain, maker.address), '10100');
});

test('two tokens trade by way of XRP where that is better than straight', (t) => {
  const chain = world();
  const eur = (value: number) => ({ ...usd(value), currency: 'EUR' });
  for (const by of [maker, taker]) {
    submit(chain, by, { TransactionType: 'TrustSet', LimitAmount: eur(100_000) });
  }
  chain.close(1020);
  submit(chain, issuer, {
    TransactionType: 'Payment',
    Destination: maker.address,
    Amount: eur(10_000),
  });
  chain.close(1024);
  const offer = (gets: unknown, pays: unknown) =>
    submit(chain, maker, { TransactionType: 'OfferCreate', TakerGets: gets, TakerPays: pays });
  offer('100000000', usd(100));
  offer(eur(100), '100000000');
  offer(eur(100), usd(120));
  submit(chain, maker, {
    TransactionType: 'AMMCreate',
    Amount: usd(1000),
    Amount2: eur(1000),
    TradingFee: 500,
    Fee: '200000',
  });
  chain.close(1028);
  const taken = submit(chain, taker, {
    TransactionType: 'OfferCreate',
    TakerGets: usd(66),
    TakerPays: eur(60),
  });
  t.is(taken.engine_result, 'tesSUCCESS');
  const ledger = chain.close(1032);
  t.is(held(chain, taker.address, 'EUR'), '60');
  t.true(Number(dollarsOf(chain, taker.address)) > 10_000 - 61);
  t.is([...ledger.state.book({ ...xrp }, { currency: 'USD', issuer: issuer.address })].length, 0);
});

test('who has no XRP for the reserve cannot be made', (t) => {
  const chain = world();
  const pay = {
    TransactionType: 'Payment',
    Destination: 'rrrrrrrrrrrrrrrrrrrrBZbvji',
    Amount: '999999',
  };
  t.is(resultOf(chain, genesis, pay), 'tecNO_DST_INSUF_XRP');
});
