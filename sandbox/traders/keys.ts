/** Accounts that follow from a seed, and their signatures. Only the sandbox's own accounts: an operator's seed never comes here. */
import { createHash, createPrivateKey, type KeyObject, sign as signBytes } from 'node:crypto';
import { encode, encodeForSigning } from 'ripple-binary-codec';
import { deriveAddress, deriveKeypair, generateSeed, sign as signHex } from 'ripple-keypairs';
import type { Json } from '../../ledger/transport.ts';
import { half } from '../state/hash.ts';

export type Signed = Readonly<{ blob: string; hash: string }>;

export type Account = Readonly<{
  address: string;
  /** The family seed. */
  seed: string;
  /** Signs a transaction that is whole but for the key and the signature. */
  sign: (tx: Json) => Signed;
}>;

const entropyBytes = 16;

/** The account of a role in the world of a seed, with an ed25519 key. */
export const accountOf = (worldSeed: number, role: string): Account => {
  const digest = createHash('sha256').update(`neo sandbox ${worldSeed} ${role}`).digest();
  return accountFrom(
    generateSeed({ entropy: digest.subarray(0, entropyBytes), algorithm: 'ed25519' }),
  );
};

/** The account of a family seed, whose form says the kind of its key. */
export const accountFrom = (seed: string): Account => {
  const { privateKey, publicKey } = deriveKeypair(seed);
  const signature = signer(privateKey);
  return {
    address: deriveAddress(publicKey),
    seed,
    sign: (tx) => {
      const unsigned = { ...tx, SigningPubKey: publicKey };
      const blob = encode({ ...unsigned, TxnSignature: signature(encodeForSigning(unsigned)) });
      return { blob, hash: half(hashPrefix, blob) };
    },
  };
};

/** "TXN\0", in front of a transaction when its hash is taken. */
const hashPrefix = '54584E00';

/** The same bytes either way; the platform's own ed25519 is some forty times faster. */
const signer = (privateKey: string): ((hex: string) => string) => {
  if (!privateKey.startsWith('ED')) return (hex) => signHex(hex, privateKey);
  const key = ed25519Key(privateKey.slice(2));
  return (hex) => signBytes(null, Buffer.from(hex, 'hex'), key).toString('hex').toUpperCase();
};

/** The head of a PKCS #8 document that holds an ed25519 key (RFC 8410). */
const pkcs8Head = '302e020100300506032b657004220420';

const ed25519Key = (hex: string): KeyObject =>
  createPrivateKey({ key: Buffer.from(pkcs8Head + hex, 'hex'), format: 'der', type: 'pkcs8' });
