/** Whether a signature is that of a key, as rippled judges it. The runtime's own library looks at it: it takes a twentieth of the time. */
import { createPublicKey, type KeyObject, verify as verifyNatively } from 'node:crypto';
import { canonicalSignature } from './canonical-signature.ts';

const edwardsMark = 'ED';
const curveMarks: ReadonlySet<string> = new Set(['02', '03']);
/** What goes before the 32 bytes of an Ed25519 key to make it a SubjectPublicKeyInfo (RFC 8410). */
const edwardsPrefix = Buffer.from('302a300506032b6570032100', 'hex');
/** The same for the 33 bytes of a compressed point of secp256k1 (RFC 5480). */
const curvePrefix = Buffer.from('3036301006072a8648ce3d020106052b8104000a032200', 'hex');
const keyHexDigits = 66;
const edwardsSignatureBytes = 64;

/** All in hex. False for what is no key or no signature. */
export const isSignedBy = (message: string, signature: string, publicKey: string): boolean => {
  if (publicKey.length !== keyHexDigits) return false;
  const mark = publicKey.slice(0, edwardsMark.length).toUpperCase();
  const isEdwards = mark === edwardsMark;
  if (!isEdwards && !curveMarks.has(mark)) return false;
  const bytes = Buffer.from(signature, 'hex');
  const isGood = isEdwards ? bytes.length === edwardsSignatureBytes : canonicalSignature(bytes);
  if (!isGood) return false;
  try {
    const key = keyOf(publicKey, isEdwards);
    return verifyNatively(isEdwards ? null : halfOfSha512, Buffer.from(message, 'hex'), key, bytes);
  } catch {
    return false;
  }
};

/** ECDSA takes as many bits of the digest as its curve has: of SHA-512 the first half, as the ledger signs. */
const halfOfSha512 = 'sha512';

const keysMost = 1000;
const keys = new Map<string, KeyObject>();

const keyOf = (publicKey: string, isEdwards: boolean): KeyObject => {
  const known = keys.get(publicKey);
  if (known !== undefined) return known;
  if (keys.size >= keysMost) keys.clear();
  const raw = Buffer.from(isEdwards ? publicKey.slice(edwardsMark.length) : publicKey, 'hex');
  const key = createPublicKey({
    key: Buffer.concat([isEdwards ? edwardsPrefix : curvePrefix, raw]),
    format: 'der',
    type: 'spki',
  });
  keys.set(publicKey, key);
  return key;
};
