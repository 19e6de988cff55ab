/** Whether a signature is that of a key. Edwards keys are looked at by the runtime's own library: it takes a twentieth of the time. */
import { createPublicKey, type KeyObject, verify as verifyNatively } from 'node:crypto';
import { verify } from 'ripple-keypairs';

const edwardsMark = 'ED';
/** What goes before the 32 bytes of an Ed25519 key to make it a SubjectPublicKeyInfo (RFC 8410). */
const keyPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const keyHexDigits = 66;
const signatureHexDigits = 128;

/** All in hex. False for what is no key or no signature. */
export const isSignedBy = (message: string, signature: string, publicKey: string): boolean => {
  try {
    return publicKey.startsWith(edwardsMark)
      ? isEdwards(message, signature, publicKey)
      : verify(message, signature, publicKey);
  } catch {
    return false;
  }
};

const isEdwards = (message: string, signature: string, publicKey: string): boolean => {
  if (publicKey.length !== keyHexDigits || signature.length !== signatureHexDigits) return false;
  const key = keyOf(publicKey);
  return verifyNatively(null, Buffer.from(message, 'hex'), key, Buffer.from(signature, 'hex'));
};

const keysMost = 1000;
const keys = new Map<string, KeyObject>();

const keyOf = (publicKey: string): KeyObject => {
  const known = keys.get(publicKey);
  if (known !== undefined) return known;
  if (keys.size >= keysMost) keys.clear();
  const raw = Buffer.from(publicKey.slice(edwardsMark.length), 'hex');
  const key = createPublicKey({
    key: Buffer.concat([keyPrefix, raw]),
    format: 'der',
    type: 'spki',
  });
  keys.set(publicKey, key);
  return key;
};
