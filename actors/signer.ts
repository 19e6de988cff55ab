/**
 * Holds the key and signs; the seed never leaves this closure, and replay never comes here. An Edwards signature is made by
 * the runtime's own library, byte for byte the one of xrpl.js in a fraction of its time.
 */
import { createHash, createPrivateKey, sign as signBytes } from 'node:crypto';
import { encode, encodeForSigning } from 'ripple-binary-codec';
import { deriveAddress, deriveKeypair, sign as signHex } from 'ripple-keypairs';
import type { Json } from '../ledger/transport.ts';

export type Signer = Readonly<{
  address: string;
  /** A transaction that is whole but for key and signature, addresses in their classic form. */
  sign: (tx: Json) => Readonly<{ blob: string; hash: string }>;
}>;

/** A family seed and its algorithm. Throws an Error that never shows the seed. */
export const createSigner = (seed: string, algorithm: 'ed25519' | 'secp256k1'): Signer => {
  const { publicKey, privateKey } = keysOf(seed, algorithm);
  const signature = algorithm === 'ed25519' ? edwards(privateKey) : koblitz(privateKey);
  return {
    address: deriveAddress(publicKey),
    sign: (tx) => {
      const unsigned = { ...tx, SigningPubKey: publicKey };
      const blob = encode({ ...unsigned, TxnSignature: signature(encodeForSigning(unsigned)) });
      return { blob, hash: hashOf(blob) };
    },
  };
};

type Keys = Readonly<{ publicKey: string; privateKey: string }>;

const keysOf = (seed: string, algorithm: 'ed25519' | 'secp256k1'): Keys => {
  try {
    const by = algorithm === 'ed25519' ? 'ed25519' : 'ecdsa-secp256k1';
    return deriveKeypair(seed, { algorithm: by });
  } catch {
    throw new Error(
      'the wallet seed is not a valid family seed; it starts with "s" and has no spaces',
    );
  }
};

/** From hex to hex. */
type Signature = (message: string) => string;

/** The head of a PKCS #8 document that holds an Ed25519 key (RFC 8410), and the mark that the ledger puts before such a key. */
const pkcs8Head = '302e020100300506032b657004220420';
const edwardsMark = 'ED';

const edwards = (privateKey: string): Signature => {
  const der = Buffer.from(pkcs8Head + privateKey.slice(edwardsMark.length), 'hex');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return (message) =>
    signBytes(null, Buffer.from(message, 'hex'), key).toString('hex').toUpperCase();
};

const koblitz =
  (privateKey: string): Signature =>
  (message) =>
    signHex(message, privateKey);

/** "TXN\0", in front of a transaction when its hash is taken: the first half of SHA-512. */
const hashPrefix = '54584E00';
const hashHexDigits = 64;

const hashOf = (blob: string): string =>
  createHash('sha512')
    .update(Buffer.from(hashPrefix + blob, 'hex'))
    .digest('hex')
    .slice(0, hashHexDigits)
    .toUpperCase();
