/** A small ledger for tests: an issuer, a maker and a taker with XRP and dollars, and a way to sign. Not a test itself. */
import { generateSeed } from 'ripple-keypairs';
import type { Chain, SubmitAnswer } from '../sandbox/chain.ts';
import { createChain } from '../sandbox/chain/create.ts';
import { genesisSeed } from '../sandbox/traders/founding.ts';
import { accountFrom, type Account } from '../sandbox/traders/keys.ts';

const wallet = (n: number, algorithm: 'ed25519' | 'ecdsa-secp256k1' = 'ed25519'): Account => {
  const entropy = Uint8Array.from({ length: 16 }, (_, at) => at + n);
  return accountFrom(generateSeed({ entropy, algorithm }));
};

export const genesis = accountFrom(genesisSeed);
export const issuer = wallet(1, 'ecdsa-secp256k1');
export const maker = wallet(2);
export const taker = wallet(3);

export const start = {
  ledger_index: 100,
  close_time: 1000,
  parent_close_time: 990,
  genesis_balance: '100000000000000000',
  genesis_sequence: 1,
  total_coins: '100000000000000000',
};

export const usd = (value: number | string) => ({
  currency: 'USD',
  issuer: issuer.address,
  value: String(value),
});
export const dollars = { currency: 'USD', issuer: issuer.address };
export const xrp = { currency: 'XRP' };

export type { Account };

export type Fields = Readonly<Record<string, unknown> & { TransactionType: string }>;

export const signed = (chain: Chain, by: Account, fields: Fields): string => {
  const tx = {
    Account: by.address,
    Fee: '10',
    Flags: 0,
    Sequence: chain.open().account(by.address)?.['Sequence'],
    ...fields,
  };
  return by.sign(tx).blob;
};

export const submit = (chain: Chain, by: Account, fields: Fields): SubmitAnswer => {
  const answer = chain.submit(signed(chain, by, fields));
  if ('error' in answer) throw new Error(answer.error_exception ?? answer.error);
  return answer;
};

/** Maker and taker have 1,000 XRP and 10,000 dollars each; the issuer charges nothing. */
export const world = (): Chain => {
  const chain = createChain(start);
  for (const { address } of [issuer, maker, taker]) {
    submit(chain, genesis, {
      TransactionType: 'Payment',
      Destination: address,
      Amount: '1000000000',
    });
  }
  chain.close(1004);
  submit(chain, issuer, { TransactionType: 'AccountSet', SetFlag: 8 });
  chain.close(1008);
  for (const by of [maker, taker]) {
    submit(chain, by, { TransactionType: 'TrustSet', LimitAmount: usd(1_000_000) });
  }
  chain.close(1012);
  for (const { address } of [maker, taker]) {
    submit(chain, issuer, {
      TransactionType: 'Payment',
      Destination: address,
      Amount: usd(10_000),
    });
  }
  chain.close(1016);
  return chain;
};

/** Adds a pool of so many XRP and dollars, owned by the maker. */
export const withPool = (chain: Chain, drops: string, value: number, fee = 0): void => {
  submit(chain, maker, {
    TransactionType: 'AMMCreate',
    Amount: drops,
    Amount2: usd(value),
    TradingFee: fee,
    Fee: '200000',
  });
  chain.close(chain.latest().header.close_time + 4);
};
