/** A currency's code as on the wire ("XRP", three characters, or 40 hex digits) and as the 160 bits that indexes are made of. */

const threeLetters = /^[0-9A-Za-z?!@#$%^&*<>(){}[\]|]{3}$/;
const fortyHex = /^[0-9A-Fa-f]{40}$/;

export const xrpHex = '0'.repeat(40);

/** 40 upper-case hex digits; XRP is all zeros. Throws a RangeError for what is no code. */
export const currencyHex = (code: string): string => {
  if (code === 'XRP') return xrpHex;
  if (fortyHex.test(code)) return code.toUpperCase();
  if (!threeLetters.test(code)) throw new RangeError(`not a currency code: "${code}"`);
  return Buffer.from(code, 'latin1')
    .toString('hex')
    .toUpperCase()
    .padStart(30, '0')
    .padEnd(40, '0');
};

/** The code as a server prints it: three characters where the bits allow it, else 40 hex digits. */
export const currencyCode = (hex: string): string => {
  if (hex === xrpHex) return 'XRP';
  if (/^0{24}[0-9A-F]{6}0{10}$/.test(hex)) {
    const code = Buffer.from(hex.slice(24, 30), 'hex').toString('latin1');
    if (threeLetters.test(code) && code !== 'XRP') return code;
  }
  return hex;
};
