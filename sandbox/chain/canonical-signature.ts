/** Whether an ECDSA signature on secp256k1 is in the one form that a ledger takes: strict DER, and of the two values of S the low one. */

/** The number of points of the curve. */
const order = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n;
const sequenceTag = 0x30;
const integerTag = 0x02;
const headBytes = 2;
const size = { least: 8, most: 72 } as const;
const integerBytesMost = 33;
const signBit = 0x80;

export const canonicalSignature = (bytes: Uint8Array): boolean => {
  if (bytes.length < size.least || bytes.length > size.most) return false;
  if (bytes[0] !== sequenceTag || bytes[1] !== bytes.length - headBytes) return false;
  const r = integerAt(bytes, headBytes);
  if (!r || r.value >= order) return false;
  const s = integerAt(bytes, r.end);
  return s?.end === bytes.length && s.value <= order - s.value;
};

type Read = Readonly<{ value: bigint; end: number }>;

/** A positive integer without a byte too many. */
const integerAt = (bytes: Uint8Array, at: number): Read | undefined => {
  const length = bytes[at + 1] ?? 0;
  const from = at + headBytes;
  const end = from + length;
  if (bytes[at] !== integerTag || length < 1 || length > integerBytesMost) return undefined;
  if (end > bytes.length) return undefined;
  const [first = 0, second = 0] = bytes.subarray(from, end);
  const isNegative = (first & signBit) !== 0;
  const isPadded = first === 0 && (length === 1 || (second & signBit) === 0);
  if (isNegative || isPadded) return undefined;
  return { value: BigInt(`0x${Buffer.from(bytes.subarray(from, end)).toString('hex')}`), end };
};
