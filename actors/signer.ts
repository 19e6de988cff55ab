/**
 * Holds the key and signs; the seed never leaves this closure, and replay never comes here. An Edwards key and its signatures are made
 * by the runtime's own library, byte for byte those of xrpl.js in a fraction of its time.
 */
import { createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto';
import { encode, encodeForSigning } from 'ripple-binary-codec';
import { decodeSeed, deriveAddress, deriveKeypair, sign as signHex } from 'ripple-keypairs';
import { half, transactionHash } from '../ledger/hash.ts';
import type { Json } from '../ledger/transport.ts';

export type Signer = Readonly<{
  address: string;
  /** A transaction that is whole but for key and signature, addresses in their classic form. */
  sign: (tx: Json) => Readonly<{ blob: string; hash: string }>;
}>;

/** A family seed and its algorithm. Throws an Error that never shows the seed. */
export const createSigner = (seed: string, algorithm: 'ed25519' | 'secp256k1'): Signer => {
  const { publicKey, signature } = keyOf(seed, algorithm);
  return {
    address: deriveAddress(publicKey),
    sign: (tx) => {
      const unsigned = { ...tx, SigningPubKey: publicKey };
      const blob = encode({ ...unsigned, TxnSignature: signature(encodeForSigning(unsigned)) });
      return { blob, hash: transactionHash(blob) };
    },
  };
};

/** All in hex; a message is signed as its bytes. */
type Key = Readonly<{ publicKey: string; signature: (message: string) => string }>;

const keyOf = (seed: string, algorithm: 'ed25519' | 'secp256k1'): Key => {
  try {
    return algorithm === 'ed25519' ? edwards(seed) : koblitz(seed);
  } catch {
    throw new Error(
      'the wallet seed is not a valid family seed; it starts with "s" and has no spaces',
    );
  }
};

/** The head of a PKCS #8 document that holds an Ed25519 key (RFC 8410), and the mark that the ledger puts before such a key. */
const pkcs8Head = '302e020100300506032b657004220420';
const edwardsMark = 'ED';

/** The secret is the first half of the entropy's SHA-512 (xrpl.org "cryptographic keys"). */
const edwards = (seed: string): Key => {
  const secret = half(Uint8Array.from(decodeSeed(seed).bytes));
  const der = Buffer.from(pkcs8Head + secret, 'hex');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: edwardsMark + hexOf(Buffer.from(x, 'base64url')),
    signature: (message) => hexOf(signBytes(null, Buffer.from(message, 'hex'), key)),
  };
};

const koblitz = (seed: string): Key => {
  const { publicKey, privateKey } = deriveKeypair(seed, { algorithm: 'ecdsa-secp256k1' });
  return { publicKey, signature: (message) => signHex(message, privateKey) };
};

const hexOf = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();
