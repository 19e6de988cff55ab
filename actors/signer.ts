/** Holds the key and signs; the seed never leaves this closure, and replay never comes here. */
import xrpl, { type SubmittableTransaction, type Wallet } from 'xrpl';
import type { Json } from '../ledger/transport.ts';

export type Signer = Readonly<{
  address: string;
  sign: (tx: Json) => Readonly<{ blob: string; hash: string }>;
}>;

/** A family seed and its algorithm. Throws an Error that never shows the seed. */
export const createSigner = (seed: string, algorithm: 'ed25519' | 'secp256k1'): Signer => {
  const wallet = walletOf(seed, algorithm);
  return {
    address: wallet.classicAddress,
    sign: (tx) => {
      const { tx_blob: blob, hash } = wallet.sign(tx as unknown as SubmittableTransaction);
      return { blob, hash };
    },
  };
};

const walletOf = (seed: string, algorithm: 'ed25519' | 'secp256k1'): Wallet => {
  try {
    return xrpl.Wallet.fromSeed(seed, {
      algorithm: algorithm === 'ed25519' ? xrpl.ECDSA.ed25519 : xrpl.ECDSA.secp256k1,
    });
  } catch {
    throw new Error(
      'the wallet seed is not a valid family seed; it starts with "s" and has no spaces',
    );
  }
};
