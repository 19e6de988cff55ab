/** RLUSD's names on the ledger (xrpl.md §14). */

/** The currency code: "RLUSD" in a 160-bit code. */
export const rlusdCurrency = '524C555344000000000000000000000000000000';

/** Its issuer on network 0, the mainnet; refused on any other. */
export const rlusdMainnetIssuer = 'rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De';
