/** Rules of rippled that the recordings never come near: each was read in its source, and is stated here once. */
import test from 'ava';
import type { Chain } from '../sandbox/chain.ts';
import { nobody, zeroAccount } from '../ledger/address.ts';
import {
  dollars,
  type Fields,
  genesis,
  issuer,
  maker,
  submit,
  taker,
  usd,
  type Account,
  withPool,
  world,
  xrp,
} from './sandbox-chain-world.ts';

const resultOf = (chain: Chain, by: Account, fields: Fields): string =>
  submit(chain, by, fields).engine_result;

const tf = { partial: 0x0002_0000, noDirect: 0x0001_0000 };
const pay = (destination: string, amount: unknown, more: object = {}): Fields => ({
  TransactionType: 'Payment',
  Destination: destination,
  Amount: amount,
  ...more,
});

const closed = (chain: Chain) => chain.close(chain.latest().header.close_time + 4);

test('nobody can be paid or trusted', (t) => {
  const chain = world();
  t.is(resultOf(chain, taker, pay(zeroAccount, '1000000')), 'temDST_NEEDED');
  const trust = { TransactionType: 'TrustSet', LimitAmount: { ...usd(1), issuer: nobody } };
  t.is(resultOf(chain, taker, trust), 'temDST_NEEDED');
});

test('a path that is named twice, or is the implied one, is walked once: a pool is taken as by one path', (t) => {
  const spent = (paths: object): unknown => {
    const chain = world();
    withPool(chain, '500000000', 1000, 500);
    const answer = submit(
      chain,
      taker,
      pay(maker.address, usd(100), { SendMax: '200000000', ...paths }),
    );
    t.is(answer.engine_result, 'tesSUCCESS');
    return closed(chain).state.account(taker.address)?.['Balance'];
  };
  const straight = [{ currency: 'USD', issuer: issuer.address }];
  t.is(spent({ Paths: [straight] }), spent({}));
  t.is(spent({ Paths: [straight, straight], Flags: tf.noDirect }), spent({}));
});

test('who froze all his tokens is paid no XRP through a book', (t) => {
  const chain = world();
  submit(chain, maker, { TransactionType: 'AccountSet', SetFlag: 7 });
  const wanted = { TransactionType: 'OfferCreate', TakerPays: usd(10), TakerGets: '20000000' };
  t.is(resultOf(chain, taker, wanted), 'tesSUCCESS');
  closed(chain);
  const through = pay(maker.address, '1000000', { SendMax: usd(10), Flags: tf.partial });
  t.is(resultOf(chain, issuer, through), 'tecPATH_DRY');
  t.is(
    resultOf(chain, issuer, pay(taker.address, usd(1))),
    'tesSUCCESS',
    'to others his issuer still pays',
  );
});

test('a payment whose fee is beyond what the ledger can count costs its own', (t) => {
  const chain = world();
  const most = usd('9999999999999999e80');
  submit(chain, taker, { TransactionType: 'TrustSet', LimitAmount: most });
  submit(chain, issuer, { TransactionType: 'AccountSet', TransferRate: 2_000_000_000 });
  closed(chain);
  const huge = pay(taker.address, usd('9000000000000000e80'), { SendMax: most });
  t.is(resultOf(chain, maker, huge), 'tecINTERNAL');
  t.is(resultOf(chain, maker, { ...huge, Flags: tf.partial }), 'tecINTERNAL');
});

test('a line’s quality of one is as none where it goes out, and is kept where it comes in', (t) => {
  const chain = world();
  const trust = (qualities: object, value = 100): Fields => ({
    TransactionType: 'TrustSet',
    LimitAmount: { currency: 'EUR', issuer: issuer.address, value: String(value) },
    ...qualities,
  });
  t.is(resultOf(chain, taker, trust({ QualityOut: 1_000_000_000 }, 0)), 'tecNO_LINE_REDUNDANT');
  t.is(
    resultOf(chain, taker, trust({ QualityIn: 1_000_000_000, QualityOut: 1_000_000_000 })),
    'tesSUCCESS',
  );
  const line = closed(chain).state.line(taker.address, issuer.address, 'EUR');
  t.is(line?.['LowQualityOut'] ?? line?.['HighQualityOut'], undefined);
  t.is(line?.['LowQualityIn'] ?? line?.['HighQualityIn'], 1_000_000_000);
});

test('only the master key switches itself off, or gives up freezing', (t) => {
  const chain = world();
  submit(chain, taker, { TransactionType: 'SetRegularKey', RegularKey: maker.address });
  const byRegularKey = (fields: Fields): string => {
    const key = { ...maker, address: taker.address };
    return resultOf(chain, key, fields);
  };
  t.is(byRegularKey({ TransactionType: 'AccountSet', SetFlag: 4 }), 'tecNEED_MASTER_KEY');
  t.is(byRegularKey({ TransactionType: 'AccountSet', SetFlag: 6 }), 'tecNEED_MASTER_KEY');
  t.is(resultOf(chain, taker, { TransactionType: 'AccountSet', SetFlag: 4 }), 'tesSUCCESS');
  t.is(byRegularKey({ TransactionType: 'AccountSet', SetFlag: 4 }), 'tesSUCCESS');
  t.is(byRegularKey({ TransactionType: 'AccountSet', SetFlag: 6 }), 'tesSUCCESS');
});

test('an account says what it does not want to be sent, and who mints for it', (t) => {
  const chain = world();
  for (const SetFlag of [12, 13, 14]) {
    t.is(resultOf(chain, taker, { TransactionType: 'AccountSet', SetFlag }), 'tesSUCCESS');
  }
  const mints = { TransactionType: 'AccountSet', SetFlag: 10 };
  t.is(resultOf(chain, taker, mints), 'temMALFORMED');
  t.is(resultOf(chain, taker, { ...mints, NFTokenMinter: maker.address }), 'tesSUCCESS');
  t.is(
    resultOf(chain, taker, { TransactionType: 'AccountSet', MessageKey: '0102' }),
    'telBAD_PUBLIC_KEY',
  );
  const account = closed(chain).state.account(taker.address);
  t.is(account?.['Flags'], 0x1c00_0000);
  t.is(account?.['NFTokenMinter'], maker.address);
});

test('a sequence beside a ticket is an error of an account that exists', (t) => {
  const chain = world();
  const both = { TransactionType: 'AccountSet', TicketSequence: 5 };
  t.is(resultOf(chain, taker, both), 'temSEQ_AND_TICKET');
  const ghost = { ...taker, address: 'rrrrrrrrrrrrrrrrrrrn5RM1rHd' };
  t.is(resultOf(chain, ghost, { ...both, Sequence: 1 }), 'terNO_ACCOUNT');
});

test('a pool of tokens that nobody issues is not funded', (t) => {
  const chain = world();
  const create = {
    TransactionType: 'AMMCreate',
    Amount: '1000000',
    Amount2: { ...usd(1), issuer: 'rrrrrrrrrrrrrrrrrrrn5RM1rHd' },
    TradingFee: 0,
    Fee: '200000',
  };
  t.is(resultOf(chain, maker, create), 'tecUNFUNDED_AMM');
});

test('more than a pool has is more than it has, even of a frozen asset', (t) => {
  const chain = world();
  withPool(chain, '100000000', 100);
  submit(chain, issuer, { TransactionType: 'AccountSet', SetFlag: 7 });
  closed(chain);
  const take = (value: number): Fields => ({
    TransactionType: 'AMMWithdraw',
    Asset: xrp,
    Asset2: dollars,
    Amount: usd(value),
    Flags: 0x0008_0000,
  });
  t.is(resultOf(chain, maker, take(101)), 'tecAMM_BALANCE');
  t.is(resultOf(chain, maker, take(50)), 'tecFROZEN');
});

test('what the holder owes the issuer cannot be taken back', (t) => {
  const chain = world();
  submit(chain, genesis, { TransactionType: 'AccountSet', SetFlag: 16 });
  closed(chain);
  const eur = (by: Account, value: number) => ({
    currency: 'EUR',
    issuer: by.address,
    value: String(value),
  });
  submit(chain, genesis, { TransactionType: 'TrustSet', LimitAmount: eur(taker, 100) });
  closed(chain);
  t.is(resultOf(chain, taker, pay(genesis.address, eur(taker, 10))), 'tesSUCCESS');
  closed(chain);
  const take = { TransactionType: 'Clawback', Amount: eur(taker, 5) };
  t.is(resultOf(chain, genesis, take), 'tecNO_PERMISSION');
});
