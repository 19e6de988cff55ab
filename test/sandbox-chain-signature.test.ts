/** Signatures: the runtime's library says the same as the JavaScript one, of good ones and of every kind of bad one. */
import test from 'ava';
import fc from 'fast-check';
import { deriveKeypair, generateSeed, sign, verify } from 'ripple-keypairs';
import { isSignedBy } from '../sandbox/chain/signature.ts';

const order = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;

const keysOf = (n: number, algorithm: 'ed25519' | 'ecdsa-secp256k1') =>
  deriveKeypair(
    generateSeed({ entropy: Uint8Array.from({ length: 16 }, (_, at) => at + n), algorithm }),
  );

const byJavaScript = (message: string, signature: string, publicKey: string): boolean => {
  try {
    return verify(message, signature, publicKey);
  } catch {
    return false;
  }
};

const hexByte = (n: number): string => n.toString(16).padStart(2, '0').toUpperCase();

/** DER of two integers given as hex without their heads. */
const der = (r: string, s: string): string => {
  const body = [r, s].map((hex) => `02${hexByte(hex.length / 2)}${hex}`).join('');
  return `30${hexByte(body.length / 2)}${body}`;
};

const minimal = (value: bigint): string => {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return (/^[89a-f]/.test(even) ? `00${even}` : even).toUpperCase();
};

const partsOf = (signature: string): readonly [string, string] => {
  const length = Number.parseInt(signature.slice(6, 8), 16) * 2;
  return [signature.slice(8, 8 + length), signature.slice(8 + length + 4)];
};

const message = '0102030405060708090A';

test('a key signs for itself and for nobody else', (t) => {
  for (const algorithm of ['ed25519', 'ecdsa-secp256k1'] as const) {
    const [own, other] = [keysOf(1, algorithm), keysOf(40, algorithm)];
    const signature = sign(message, own.privateKey);
    t.true(isSignedBy(message, signature, own.publicKey));
    t.false(isSignedBy(message, signature, other.publicKey));
    t.false(isSignedBy(`${message}00`, signature, own.publicKey));
  }
});

test('both libraries agree on signatures with any byte changed, cut off or added', (t) => {
  for (const algorithm of ['ed25519', 'ecdsa-secp256k1'] as const) {
    const { privateKey, publicKey } = keysOf(2, algorithm);
    const signature = sign(message, privateKey);
    const agree = (changed: string, key = publicKey): void => {
      t.is(isSignedBy(message, changed, key), byJavaScript(message, changed, key), changed);
    };
    for (let at = 0; at < signature.length; at += 2) {
      for (const bit of [0x01, 0x80]) {
        const byte = hexByte(Number.parseInt(signature.slice(at, at + 2), 16) ^ bit);
        agree(signature.slice(0, at) + byte + signature.slice(at + 2));
      }
      agree(signature.slice(0, at));
    }
    agree(`${signature}00`);
    agree(signature, `${publicKey}00`);
    agree(signature, publicKey.slice(2));
  }
});

test('of the two values of S only the low one counts, and only in the shortest form', (t) => {
  const { privateKey, publicKey } = keysOf(3, 'ecdsa-secp256k1');
  const [r, s] = partsOf(sign(message, privateKey));
  const high = minimal(order - BigInt(`0x${s}`));
  t.true(isSignedBy(message, der(r, s), publicKey));
  for (const bad of [
    der(r, high),
    der(`00${r}`, s),
    der(r, `00${s}`),
    der('00', s),
    der(r, '00'),
    der('', s),
    der(r, ''),
    der(minimal(order), s),
    der(minimal(BigInt(`0x${r}`) + order), s),
    der(`80${r.slice(2)}`, s),
    `3081${der(r, s).slice(2)}`,
    '',
    '30',
    '3006020100020100',
  ]) {
    t.false(isSignedBy(message, bad, publicKey), bad);
    t.is(byJavaScript(message, bad, publicKey), false, bad);
  }
});

test('both libraries agree on any message and any numbers in the place of a signature', (t) => {
  const { privateKey, publicKey } = keysOf(4, 'ecdsa-secp256k1');
  const number = fc.bigInt({ min: 0n, max: 2n ** 256n });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), number, number, (bytes, r, s) => {
      const text = Buffer.from(bytes).toString('hex').toUpperCase();
      const good = sign(text, privateKey);
      const made = der(minimal(r), minimal(s));
      return (
        isSignedBy(text, good, publicKey) &&
        isSignedBy(text, made, publicKey) === byJavaScript(text, made, publicKey)
      );
    }),
    { numRuns: 40 },
  );
  t.pass();
});

test('what is no point of the curve is no key', (t) => {
  const { privateKey } = keysOf(5, 'ecdsa-secp256k1');
  const signature = sign(message, privateKey);
  for (const key of [`02${'F'.repeat(64)}`, `03${'0'.repeat(64)}`, `04${'1'.repeat(64)}`, '']) {
    t.false(isSignedBy(message, signature, key), key);
  }
});
