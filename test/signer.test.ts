/** The signer: the same blob and hash as xrpl.js makes, for both kinds of key; and never a word about the seed. */
import test from 'ava';
import xrpl, { type SubmittableTransaction } from 'xrpl';
import { createSigner } from '../actors/signer.ts';
import type { Json } from '../ledger/transport.ts';
import { offerCancel, offerCreate, noOperation, type Envelope } from '../machines/transaction.ts';

const seed = 'sEdTM1uX8pu2do5XvTnutH6HsouMaM2';
const token = {
  currency: '524C555344000000000000000000000000000000',
  issuer: 'rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De',
};

const transactions = (account: string): readonly Json[] => {
  const envelope = (sequence: number): Envelope => ({
    account,
    sequence,
    feeDrops: String(10 + sequence),
    lastLedger: 96_000_000 + sequence,
  });
  const offers = Array.from({ length: 12 }, (_, n) =>
    offerCreate(envelope(n + 1), token, {
      side: n % 2 === 0 ? 'buy' : 'sell',
      price: `1.4${n}7301`,
      rlusd: `1${n}.5`,
      expiration: 800_000_000 + n,
      replaces: n % 3 === 0 ? null : n,
    }),
  );
  return [...offers, offerCancel(envelope(13), 12), noOperation(envelope(14))];
};

for (const [algorithm, of, name] of [
  ['ed25519', seed, xrpl.ECDSA.ed25519],
  ['secp256k1', 'sn3nxiW7v8KXzPzAqzyHXbSSKNuN9', xrpl.ECDSA.secp256k1],
] as const) {
  test(`an ${algorithm} signature is that of xrpl.js to the last byte, and so are blob, hash and address`, (t) => {
    const signer = createSigner(of, algorithm);
    const wallet = xrpl.Wallet.fromSeed(of, { algorithm: name });
    t.is(signer.address, wallet.classicAddress);
    for (const tx of transactions(signer.address)) {
      const theirs = wallet.sign(tx as unknown as SubmittableTransaction);
      t.deepEqual(signer.sign(tx), { blob: theirs.tx_blob, hash: theirs.hash });
    }
  });
}

test('what is no seed is refused in a sentence that does not show it', (t) => {
  const error = t.throws(() => createSigner('sSECRETsecretSECRET', 'ed25519'));
  t.regex(error?.message ?? '', /not a valid family seed/);
  t.notRegex(error?.message ?? '', /SECRET/);
});
