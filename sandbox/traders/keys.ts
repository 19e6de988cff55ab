/** Accounts that follow from a seed, and their signatures. Only the sandbox's own accounts: an operator's seed never comes here. */
import { createHash, createPrivateKey, createPublicKey, sign as signBytes } from 'node:crypto';
import { encode, encodeForSigning } from 'ripple-binary-codec';
import { decodeSeed, deriveAddress, deriveKeypair, generateSeed, sign } from 'ripple-keypairs';
import type { Json } from '../../ledger/transport.ts';
import { half, transactionHash } from '../../ledger/hash.ts';

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
  const { address, publicKey, signature } = keyOf(seed);
  return {
    address,
    seed,
    sign: (tx) => {
      const unsigned = { ...tx, SigningPubKey: publicKey };
      const blob = encode({ ...unsigned, TxnSignature: signature(encodeForSigning(unsigned)) });
      return { blob, hash: transactionHash(blob) };
    },
  };
};

type Key = Readonly<{
  address: string;
  publicKey: string;
  signature: (hex: string) => string;
}>;

/** Worlds of one seed have the same accounts, and there may be thousands of them in a process. */
const keys = new Map<string, Key>();
const keysMost = 1000;

const keyOf = (seed: string): Key => {
  const known = keys.get(seed);
  if (known) return known;
  if (keys.size >= keysMost) keys.clear();
  const key = derived(seed);
  keys.set(seed, key);
  return key;
};

const derived = (seed: string): Key => {
  const { bytes, type } = decodeSeed(seed);
  if (type === 'ed25519') return ed25519Key(half(Uint8Array.from(bytes)));
  const { privateKey, publicKey } = deriveKeypair(seed);
  return {
    address: deriveAddress(publicKey),
    publicKey,
    signature: (hex) => sign(hex, privateKey),
  };
};

/** The head of a PKCS #8 document that holds an ed25519 key (RFC 8410). */
const pkcs8Head = '302e020100300506032b657004220420';

/** The same bytes as any other ed25519; the platform's own is some forty times faster. */
const ed25519Key = (secret: string): Key => {
  const der = Buffer.from(pkcs8Head + secret, 'hex');
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  const publicKey = `ED${Buffer.from(x, 'base64url').toString('hex').toUpperCase()}`;
  return {
    address: deriveAddress(publicKey),
    publicKey,
    signature: (hex) => signBytes(null, Buffer.from(hex, 'hex'), key).toString('hex').toUpperCase(),
  };
};
